import { describe, expect, it } from "vitest";
import { HIDDEN, withoutSecrets } from "./secret-text.ts";

const SECRET = "S3cret/+==";

describe("text that is shown", () => {
	it.each([
		["TOML", `[plugins."io.containerd.grpc.v1.cri".registry.configs."r".auth]\n  username = "bot"\n  password = "${SECRET}"\n`],
		["TOML in one line", `auth = { username = "bot", identitytoken = '${SECRET}' }`],
		["TOML with a dotted key", `"r".auth.password="${SECRET}"`],
		["TOML over several lines", `auth = """${SECRET}\nmore ${SECRET}"""`],
		["a quote in it", String.raw`password = "a\"${SECRET}"`],
		["JSON", `{"auths":{"r":{"auth":"${SECRET}","registrytoken":"${SECRET}"}}}`],
		["JSON with spaces", `"auth" : "${SECRET}",\n"identity_token": "${SECRET}"`],
		["a header", `[host."https://r".header]\n  Authorization = ["Basic ${SECRET}"]`],
		["a proxy", `Environment="HTTPS_PROXY=http://bot:S3cret@+@proxy.example:3128"`],
		["a flag", `/usr/bin/kubelet --bootstrap-token=${SECRET} --v=2`],
		["a mirror", `--registry-mirror=https://bot:S3cret@mirror.example/v2`],
	])("holds no secret: %s", (_, text) => {
		const shown = withoutSecrets(text);
		expect(shown).toContain(HIDDEN);
		expect(shown).not.toContain("S3cret");
		expect(shown.split("\n")[0]).toBeTruthy();
		expect(withoutSecrets(shown)).toBe(shown);
	});

	it.each([
		'sandbox_image = "registry.k8s.io/pause:3.2"',
		'password = ""',
		'"auth": null',
		'config_path = "/etc/containerd/certs.d"',
		'token_file = "/var/lib/token"',
		"authorization:\n  mode: Webhook\n  webhook:\n    cacheAuthorizedTTL: 0s",
		"unix:///run/containerd/containerd.sock",
		"https://mirror.example:5000/v2/@scope",
		'case $LINE in "0 "*) ;; esac; secret=$(cat x)',
	])("is as it was otherwise: %s", (text) => {
		expect(withoutSecrets(text)).toBe(text);
	});

	it("keeps who signs in and where", () => {
		const shown = withoutSecrets(`username = "bot"\npassword = "${SECRET}"\nproxy = "http://bot:${SECRET.slice(0, 6)}@proxy:3128"`);
		expect(shown).toBe(`username = "bot"\npassword = "${HIDDEN}"\nproxy = "http://bot:${HIDDEN}@proxy:3128"`);
	});
});
