import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitWords } from "./mapped.ts";
import { withoutDependencies } from "./unit-dependencies.ts";
import { parseUnitFile } from "./unit-file.ts";

const DOCKER = new Set(["docker.service", "docker.socket", "cri-docker.service", "cri-docker.socket"]);

describe("a unit's dependencies on Docker", () => {
	it("go, and every other byte stays", () => {
		const unit =
			"[Unit]\nDescription=Kubernetes Kubelet Server\nAfter=docker.service network-online.target\nWants=docker.socket\nRequires=docker.service\n\n[Service]\nExecStart=/usr/local/bin/kubelet # docker.service\n";
		expect(withoutDependencies(unit, DOCKER)).toEqual({
			text: unit
				.replace("After=docker.service network", "After=network")
				.replace("Wants=docker.socket", "Wants=")
				.replace("Requires=docker.service", "Requires="),
			removed: ["docker.service", "docker.socket"],
			intended: [
				{ key: "After", from: "docker.service network-online.target", to: "network-online.target" },
				{ key: "Wants", from: "docker.socket", to: "" },
				{ key: "Requires", from: "docker.service", to: "" },
			],
		});
	});

	it("are found over continued lines and in the middle", () => {
		const unit = "[Unit]\r\nAfter=a.service docker.service \\\r\n  cri-docker.service b.service\r\n";
		const { text, removed } = withoutDependencies(unit, DOCKER);
		expect(removed).toEqual(["docker.service", "cri-docker.service"]);
		expect(splitWords(parseUnitFile(text)[0]?.value ?? { text: "", starts: [], ends: [] }).map((word) => word.value.text)).toEqual([
			"a.service",
			"b.service",
		]);
	});

	it("are left in other sections, in other units' names and in what only orders others after it", () => {
		const unit = "[Unit]\nBefore=docker.service\nDocumentation=docker.service\nAfter=my-docker.service\n[Install]\nWants=docker.service\n";
		expect(withoutDependencies(unit, DOCKER)).toEqual({ text: unit, removed: [], intended: [] });
	});

	it("taken out twice is taken out once, whatever the order", () => {
		const name = fc.constantFrom("docker.service", "docker.socket", "network.target", "a.service", "containerd.service");
		const gap = fc.constantFrom(" ", "  ", "\t", " \\\n ");
		fc.assert(
			fc.property(
				fc.array(fc.tuple(name, gap), { minLength: 1, maxLength: 6 }),
				fc.constantFrom("After", "Requires", "BindsTo"),
				(items, key) => {
					const unit = `[Unit]\n${key}=${items.map(([word, space]) => word + space).join("")}end.target\n`;
					const once = withoutDependencies(unit, DOCKER);
					expect(withoutDependencies(once.text, DOCKER)).toEqual({ text: once.text, removed: [], intended: [] });
					const [directive] = parseUnitFile(once.text);
					const words = directive ? splitWords(directive.value).map((word) => word.value.text) : [];
					expect(words).toEqual([...items.map(([word]) => word), "end.target"].filter((word) => !DOCKER.has(word)));
				},
			),
		);
	});
});
