import { expect, it } from "vitest";
import { mirrorsFromText, mirrorsToText } from "./registry-mirrors.ts";

it("reads a registry and its mirrors a line, and writes them alike", () => {
	const text = "docker.io https://a.example https://b.example:5000\n\n  quay.io   http://10.0.0.1/v2/quay ";
	const { mirrors, wrongLine } = mirrorsFromText(text);
	expect(wrongLine).toBeNull();
	expect(mirrors).toEqual([
		{ registry: "docker.io", mirrors: ["https://a.example", "https://b.example:5000"] },
		{ registry: "quay.io", mirrors: ["http://10.0.0.1/v2/quay"] },
	]);
	expect(mirrorsFromText(mirrorsToText(mirrors))).toEqual({ mirrors, wrongLine: null });
});

it.each([
	["docker.io", 1],
	["docker.io https://a.example\ndocker.io https://b.example", 2],
	["docker.io ftp://a.example", 1],
	["docker.io https://user:word@a.example", 1],
	["\nhttps://a.example https://b.example", 2],
	["quay.io https://a.example/$(id)", 1],
	[".. https://a.example", 1],
])("tells the line that cannot be read: %j", (text, line) => {
	expect(mirrorsFromText(text).wrongLine).toBe(line);
});
