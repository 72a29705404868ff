import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { must } from "./process.ts";

export interface Certificate {
	certificate: string;
	key: string;
}

/** Makes the cluster's CA and the service accounts' key pair in `folder`, as kubeadm names them. */
export async function makeAuthority(folder: string): Promise<void> {
	await mkdir(folder, { recursive: true });
	await newKey(join(folder, "ca.key"));
	await writeFile(
		join(folder, "ca.cnf"),
		"[req]\ndistinguished_name=dn\nx509_extensions=ca\nprompt=no\n[dn]\nCN=kubernetes\n[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature,keyEncipherment,keyCertSign\nsubjectKeyIdentifier=hash\n",
	);
	const request = ["req", "-x509", "-new", "-days", "3650", "-config", join(folder, "ca.cnf")];
	await must("openssl", [...request, "-key", join(folder, "ca.key"), "-out", join(folder, "ca.crt")]);
	await must("openssl", ["genrsa", "-out", join(folder, "sa.key"), "2048"]);
	await must("openssl", ["rsa", "-in", join(folder, "sa.key"), "-pubout", "-out", join(folder, "sa.pub")]);
}

/** Issues a certificate; `subject` like `/O=system:nodes/CN=system:node:node1`, `names` like `IP:10.0.0.1` or `DNS:kubernetes`. */
export async function issue(folder: string, file: string, subject: string, names: readonly string[] = []): Promise<Certificate> {
	const paths = { certificate: join(folder, `${file}.crt`), key: join(folder, `${file}.key`) };
	const extensions = join(folder, `${file}.ext`);
	const alternative = names.length > 0 ? `subjectAltName=${names.join(",")}\n` : "";
	await writeFile(
		extensions,
		`basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth,clientAuth\n${alternative}`,
	);
	await newKey(paths.key);
	const request = join(folder, `${file}.csr`);
	await must("openssl", ["req", "-new", "-config", join(folder, "ca.cnf"), "-key", paths.key, "-subj", subject, "-out", request]);
	const signer = ["-CA", join(folder, "ca.crt"), "-CAkey", join(folder, "ca.key"), "-set_serial", `0x${randomBytes(8).toString("hex")}`];
	await must("openssl", ["x509", "-req", "-in", request, ...signer, "-days", "3650", "-extfile", extensions, "-out", paths.certificate]);
	return paths;
}

/** A kubeconfig with everything embedded, like kubeadm's admin.conf. */
export async function kubeconfig(server: string, folder: string, user: string, certificate: Certificate): Promise<string> {
	const embedded = async (path: string) => (await readFile(path)).toString("base64");
	return kubeconfigText(server, await embedded(join(folder, "ca.crt")), user, {
		"client-certificate-data": await embedded(certificate.certificate),
		"client-key-data": await embedded(certificate.key),
	});
}

/** A kubeconfig whose client certificate is a file, like kubeadm's kubelet.conf. */
export async function kubeletKubeconfig(server: string, folder: string, user: string, pemPath: string): Promise<string> {
	const authority = (await readFile(join(folder, "ca.crt"))).toString("base64");
	return kubeconfigText(server, authority, user, { "client-certificate": pemPath, "client-key": pemPath });
}

function kubeconfigText(server: string, authority: string, user: string, credentials: Record<string, string>): string {
	const context = `${user}@kubernetes`;
	return stringify({
		apiVersion: "v1",
		clusters: [{ cluster: { "certificate-authority-data": authority, server }, name: "kubernetes" }],
		contexts: [{ context: { cluster: "kubernetes", user }, name: context }],
		"current-context": context,
		kind: "Config",
		preferences: {},
		users: [{ name: user, user: credentials }],
	});
}

function newKey(path: string): Promise<string> {
	return must("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path]);
}
