/** Where Prolific says what, or leaves it open. */
export const guides = "https://docs.prolific.com/api-reference/webhooks";
export const olderGuides =
	"https://beta-docs.prolific.com/api-reference/webhooks";
export const createSecret = `${olderGuides}/create-secret`;
export const openapi = "https://docs.prolific.com/openapi.yaml";
export const fundamentals =
	"https://docs.prolific.com/documentation/get-started/api-fundamentals";
export const cli = "https://github.com/prolific-oss/cli/blob/4596a2f";
export const mcp =
	"https://github.com/prolific-oss/prolific-mcp/blob/a94d214/src/prolific_mcp/tools/webhooks.py";
export const mcpTests =
	"https://github.com/prolific-oss/prolific-mcp/blob/053018f/tests/tools/test_webhooks.py";
