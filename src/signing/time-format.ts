/** How a time stands in a header: written from epoch milliseconds, and read back; NaN: it is no such time. */
interface TimeFormat {
	write(at: number): string;
	read(text: string): number;
}

export const timeFormats = {
	unix: {
		write: (at) => String(Math.floor(at / 1000)),
		read: (text) =>
			/^\d{1,15}$/.test(text) ? Number(text) * 1000 : Number.NaN,
	},
	"unix-ms": {
		write: (at) => String(Math.floor(at)),
		read: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN),
	},
	iso: {
		write: (at) => new Date(at).toISOString(),
		read: (text) => isoTime(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
	},
	"iso-seconds": {
		write: (at) => `${new Date(at).toISOString().slice(0, 19)}Z`,
		read: (text) => isoTime(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
	},
} as const satisfies Readonly<Record<string, TimeFormat>>;

function isoTime(text: string, form: RegExp): number {
	return form.test(text) ? Date.parse(text) : Number.NaN;
}
