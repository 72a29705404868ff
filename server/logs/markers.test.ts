import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Marker, MarkerReader } from "./markers.ts";

const LOG = `hello
##gantry abcd1234 begin stop-kubelet 10.50
##gantry other999 begin stop-docker 10.60
##gantry abcd1234 end stop-kubelet ok 11.25
##gantry abcd1234 cause unit-did-not-start unit=containerd.service state=failed now
##gantry abcd1234 revert armed 12.00
##gantry abcd1234 begin stop-kubelet 12.10
text ##gantry abcd1234 end stop-kubelet ok 12.20
##gantry abcd1234 end stop-kubelet skip 12.30
##gantry abcd1234 note final state=reverted
`;

function read(pieces: Uint8Array[]): Marker[] {
	const markers: Marker[] = [];
	const reader = new MarkerReader("abcd1234", (marker) => markers.push(marker));
	for (const piece of pieces) reader.push(piece);
	return markers;
}

describe("MarkerReader", () => {
	it("reads steps, causes and the way back, and nobody else's lines", () => {
		expect(read([Buffer.from(LOG)])).toEqual([
			{ kind: "begin", step: "stop-kubelet", uptimeS: 10.5, line: 2 },
			{ kind: "end", step: "stop-kubelet", outcome: "ok", durationMs: 750, line: 4 },
			{ kind: "cause", code: "unit-did-not-start", values: { unit: "containerd.service", state: "failed now" }, line: 5 },
			{ kind: "begin", step: "revert:stop-kubelet", uptimeS: 12.1, line: 7 },
			{ kind: "end", step: "revert:stop-kubelet", outcome: "skip", durationMs: 200, line: 9 },
			{ kind: "note", code: "final", values: { state: "reverted" }, line: 10 },
		]);
	});

	it("says the same however the bytes are cut", () => {
		const bytes = Buffer.from(`${LOG}ümlaut — 日本\n##gantry abcd1234 note x\n`);
		const whole = read([bytes]);
		fc.assert(
			fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 30 }), (cuts) => {
				const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
				expect(read(places.slice(1).map((end, index) => bytes.subarray(places[index], end)))).toEqual(whole);
			}),
		);
	});

	it("knows no duration across a restart of the machine", () => {
		const text = "##gantry abcd1234 begin a 500.00\n##gantry abcd1234 end a ok 3.00\n";
		expect(read([Buffer.from(text)])[1]).toMatchObject({ kind: "end", durationMs: null });
	});
});
