import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FollowEvent, FollowParser } from "./follow-frames.ts";

/** What the follow script prints for a log that grew by these parts. */
function transcript(parts: Uint8Array[]): string {
	let offset = 0;
	let text = "beat 10\nfiles started.cutover\nlog 77 0\n";
	for (const part of parts) {
		text += `data ${offset}\n${Buffer.from(part).toString("base64").replaceAll(/.{76}/g, "$&\n")}\n.\n`;
		offset += part.length;
	}
	return `${text}final\nend\n`;
}

function log(events: FollowEvent[]): Buffer {
	return Buffer.concat(events.flatMap((event) => (event.kind === "bytes" ? [event.bytes] : [])));
}

const parts = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 6 });

describe("FollowParser", () => {
	it("gives the same events however the stream is cut", () => {
		fc.assert(
			fc.property(parts, fc.array(fc.nat(5000), { maxLength: 40 }), (written, cuts) => {
				const stream = Buffer.from(transcript(written));
				const whole = new FollowParser().push(stream);
				const parser = new FollowParser();
				const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
				const pieces = places.slice(1).flatMap((end, i) => parser.push(stream.subarray(places[i], end)));
				expect(pieces).toEqual(whole);
				expect(log(pieces)).toEqual(Buffer.concat(written));
			}),
		);
	});

	it("never loses or doubles a byte when the stream breaks and goes on from the bytes received", () => {
		fc.assert(
			fc.property(parts, fc.array(fc.nat(4000), { minLength: 1, maxLength: 20 }), (written, breaks) => {
				const file = Buffer.concat(written);
				const received: Buffer[] = [];
				let offset = 0;
				// Each connection ends at a byte of its own; the last one lives.
				for (const broken of [...breaks, Number.POSITIVE_INFINITY]) {
					const rest = file.subarray(offset);
					const stream = Buffer.from(
						`beat 1\nlog 7 ${file.length}\n${rest.length > 0 ? `data ${offset}\n${rest.toString("base64").replaceAll(/.{76}/g, "$&\n")}\n.\n` : ""}final\nend\n`,
					);
					for (const event of new FollowParser().push(stream.subarray(0, broken))) {
						if (event.kind !== "bytes") continue;
						expect(event.offset).toBe(offset);
						received.push(event.bytes);
						offset += event.bytes.length;
					}
				}
				expect(Buffer.concat(received)).toEqual(file);
			}),
		);
	});

	it("drops the glob patterns that matched nothing", () => {
		expect(new FollowParser().push(Buffer.from("files started.cutover exit.* final\n"))).toEqual([
			{ kind: "files", names: ["started.cutover", "final"] },
		]);
	});
});
