export function shown(value: unknown): string {
	if (typeof value === "string") return `'${value}'`;
	if (typeof value !== "object" || value === null) return String(value);
	try {
		return JSON.stringify(value);
	} catch {
		return Object.prototype.toString.call(value);
	}
}
