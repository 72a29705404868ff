import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import ini from "highlight.js/lib/languages/ini";
import { describe, expect, it } from "vitest";
import { languageOf, tokensOf } from "./code-tokens.ts";

hljs.registerLanguage("bash", bash);
hljs.registerLanguage("ini", ini);
const coloured = (code: string, language: string) => tokensOf(hljs.highlight(code, { language }).value);
const text = (lines: ReturnType<typeof tokensOf>) => lines.map((line) => line.map((token) => token.text).join("")).join("\n");

describe("tokensOf", () => {
	it("loses and adds no character", () => {
		const script = '#!/bin/sh\n# <b> & "quoted" \'too\'\nif [ "$a" != "x\ny" ] && true; then\n\techo $a >&2\nfi\n';
		expect(text(coloured(script, "bash"))).toBe(script);
		expect(text(tokensOf("a < b & c &unknown; <x>"))).toBe("a < b & c &unknown; <x>");
	});

	it("says what a piece is", () => {
		expect(coloured('[plugins."a"]\n  sandbox_image = "pause:3.9" # kept\n', "ini")).toEqual([
			[{ text: '[plugins."a"]', kind: "key" }],
			[
				{ text: "  ", kind: null },
				{ text: "sandbox_image", kind: "key" },
				{ text: " = ", kind: null },
				{ text: '"pause:3.9"', kind: "string" },
				{ text: " ", kind: null },
				{ text: "# kept", kind: "comment" },
			],
			[],
		]);
	});

	it("goes on with what spans several lines, and with what surrounds an unknown scope", () => {
		expect(tokensOf('<span class="hljs-string">a\n<span class="hljs-unknown">b</span></span>c')).toEqual([
			[{ text: "a", kind: "string" }],
			[
				{ text: "b", kind: "string" },
				{ text: "c", kind: null },
			],
		]);
		expect(tokensOf('<span class="hljs-title function_">f</span>')).toEqual([[{ text: "f", kind: "keyword" }]]);
	});
});

it.each([
	["/etc/containerd/config.toml", "ini"],
	["/etc/systemd/system/kubelet.service.d/10-gantry.conf", "ini"],
	["/etc/docker/daemon.json", "json"],
	["/var/lib/kubelet/config.yaml", "yaml"],
	["/var/lib/kubelet/kubeadm-flags.env", "bash"],
	["/etc/default/kubelet", "bash"],
	["prepare.sh", "bash"],
	["/usr/local/bin/crictl", null],
])("%s is %s", (path, language) => {
	expect(languageOf(path)).toBe(language);
});
