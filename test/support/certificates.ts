import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificate {
	readonly cert: string;
	readonly key: string;
	/** Where `cert` is. */
	readonly file: string;
}

const made = new Map<string, Certificate>();
const key =
	"req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=test";

/**
 * A self-signed certificate, which is its own authority. One of each kind is enough for a file of tests.
 *
 * @param names what it is for, as OpenSSL writes it
 * @param days how long it is valid; negative: it has expired
 */
export function selfSigned(
	names = "DNS:localhost,IP:127.0.0.1",
	days = 1,
): Certificate {
	const kind = `${names} ${days}`;
	const known = made.get(kind);
	if (known !== undefined) return known;
	const folder = mkdtempSync(join(tmpdir(), "localhook-tls-"));
	process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
	const openssl = (words: string, ...more: string[]) =>
		execFileSync("openssl", [...words.split(" "), ...more], {
			cwd: folder,
			stdio: "ignore",
		});
	writeFileSync(join(folder, "names"), `subjectAltName=${names}`);
	openssl(`${key} -keyout key.pem -out request.pem`);
	// `req -x509` does it in one step, but makes none that has expired.
	openssl(
		"x509 -req -in request.pem -signkey key.pem -extfile names -out ca.pem",
		"-days",
		String(days),
	);
	const read = (name: string) => readFileSync(join(folder, name), "utf8");
	const certificate = {
		cert: read("ca.pem"),
		key: read("key.pem"),
		file: join(folder, "ca.pem"),
	};
	made.set(kind, certificate);
	return certificate;
}
