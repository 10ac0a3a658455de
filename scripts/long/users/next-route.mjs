// app/webhooks/[provider]/route.js of Next.js.
import { NextResponse } from "next/server.js";
import { statusOfRequest } from "./verify.mjs";

export async function POST(request, { params }) {
	const status = await statusOfRequest(request);
	const { provider } = await params;
	const { pathname } = request.nextUrl;
	return NextResponse.json({ provider, pathname }, { status });
}
