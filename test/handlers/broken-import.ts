// @ts-expect-error it is nowhere
import { nothing } from "a-package-that-is-nowhere";

export const handlers = [nothing];
