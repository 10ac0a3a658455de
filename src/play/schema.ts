const text = { type: "string", minLength: 1 };
const texts = { type: "object", additionalProperties: text };
/** How an attempt may end, in one word. */
export const outcomes = ["verified", "refused", "unreachable"];
/** Of a word it says nothing: which ones there are depends on the step. */
const expectation = {
	additionalProperties: false,
	properties: {
		outcome: { enum: outcomes },
		attempts: { type: "integer", minimum: 0, maximum: 10_000 },
		secrets: { type: "integer", minimum: 0, maximum: 10 },
		givesUp: { type: "boolean" },
	},
};
/** `faultProblems` checks what a plan says. */
const faults = {};

/** What a step does: exactly one of these stands in each. */
export const verbs = [
	"call",
	"send",
	"outage",
	"retry",
	"advance",
	"resend",
	"secret",
	"faults",
] as const;

/** By verb: what may stand beside it. */
export const companions: Readonly<
	Record<(typeof verbs)[number], readonly string[]>
> = {
	call: [
		"body",
		"status",
		"shows",
		"keep",
		"keepHeaders",
		"signsWith",
		"expect",
	],
	send: ["set", "merge", "payload", "sign", "endpoint", "workspace", "expect"],
	outage: ["expect"],
	retry: ["expect"],
	advance: ["expect"],
	resend: ["expect"],
	secret: [],
	faults: [],
};

/** JSON Schema of a scenario, for `localhook play` and for editors. */
export const scenarioSchema = {
	type: "object",
	required: ["provider", "chapters"],
	additionalProperties: false,
	properties: {
		$schema: { type: "string" },
		title: text,
		provider: text,
		seed: text,
		clock: { ...text, description: "The time at which it begins" },
		receiver: { ...text, description: "Default: the built-in receiver" },
		register: {
			type: "boolean",
			description: "Register the receiver before the first step",
		},
		credentials: { type: "array", items: text },
		options: texts,
		faults,
		chapters: {
			type: "array",
			items: {
				type: "object",
				required: ["title", "steps"],
				additionalProperties: false,
				properties: {
					title: text,
					steps: {
						type: "array",
						items: {
							type: "object",
							additionalProperties: false,
							properties: {
								call: {
									type: "string",
									pattern: "^[A-Z]+ /",
									description: "Such as POST /v1/webhooks",
								},
								body: { type: "object" },
								status: { type: "integer", minimum: 100, maximum: 599 },
								shows: { type: "object" },
								keep: texts,
								keepHeaders: texts,
								signsWith: text,
								send: { ...text, description: "The event's type" },
								set: { type: "object" },
								merge: { type: "object" },
								payload: { type: "object" },
								sign: text,
								endpoint: text,
								workspace: text,
								outage: { enum: ["down", "paused", "none"] },
								retry: { type: "integer", minimum: 1, maximum: 10_000 },
								advance: { ...text, description: "Such as 23h59m" },
								resend: { enum: ["exact", "resign"] },
								secret: { enum: ["roll", "replace"] },
								faults,
								expect: expectation,
							},
						},
					},
				},
			},
		},
	},
};
