import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

export interface TestCertificate {
	certificate: string;
	key: string;
}

/** A certificate authority for tests, made with openssl; `close` removes its folder. */
export class TestAuthority {
	private constructor(
		private readonly folder: string,
		readonly certificate: string,
	) {}

	static async make(name: string): Promise<TestAuthority> {
		const folder = await mkdtemp(join(tmpdir(), "gantry-ca-"));
		const config =
			"[req]\ndistinguished_name=dn\nx509_extensions=ca\nprompt=no\n[dn]\nCN=ignored\n[ca]\nbasicConstraints=critical,CA:TRUE\n";
		await writeFile(join(folder, "ca.cnf"), config);
		await newKey(join(folder, "ca.key"));
		const request = ["req", "-x509", "-new", "-days", "2", "-config", join(folder, "ca.cnf"), "-subj", `/CN=${name}`];
		await exec("openssl", [...request, "-key", join(folder, "ca.key"), "-out", join(folder, "ca.crt")]);
		return new TestAuthority(folder, await readFile(join(folder, "ca.crt"), "utf8"));
	}

	/** `names` like `DNS:kubernetes` or `IP:127.0.0.1`; `days` may be negative for one that has ended. */
	async issue(commonName: string, names: readonly string[] = [], days = 1): Promise<TestCertificate> {
		const base = join(this.folder, randomBytes(6).toString("hex"));
		await newKey(`${base}.key`);
		await writeFile(`${base}.ext`, `basicConstraints=CA:FALSE\n${names.length > 0 ? `subjectAltName=${names.join(",")}\n` : ""}`);
		const subject = ["-config", join(this.folder, "ca.cnf"), "-subj", `/CN=${commonName}`];
		await exec("openssl", ["req", "-new", ...subject, "-key", `${base}.key`, "-out", `${base}.csr`]);
		// Not from a file: two that are issued at once would read it while the other writes it.
		const serial = ["-set_serial", `0x1${randomBytes(8).toString("hex")}`];
		const signer = ["-CA", join(this.folder, "ca.crt"), "-CAkey", join(this.folder, "ca.key"), ...serial];
		const out = ["-days", String(days), "-extfile", `${base}.ext`, "-out", `${base}.crt`];
		await exec("openssl", ["x509", "-req", "-in", `${base}.csr`, ...signer, ...out]);
		return { certificate: await readFile(`${base}.crt`, "utf8"), key: await readFile(`${base}.key`, "utf8") };
	}

	close(): Promise<void> {
		return rm(this.folder, { recursive: true, force: true });
	}
}

function newKey(path: string) {
	return exec("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path]);
}
