import { expect, it } from "vitest";
import { EventHub } from "./hub.ts";

const message = { type: "changed" as const, what: "nodes" as const };

it("tells every tab, until it unsubscribes", () => {
	const hub = new EventHub();
	const heard: string[] = [];
	const end = hub.subscribe(() => heard.push("one"));
	hub.subscribe(() => heard.push("two"));
	hub.publish(message);
	end();
	hub.publish(message);
	expect(heard).toEqual(["one", "two", "two"]);
	expect(hub.size).toBe(1);
});

it("tells of log text only those who follow it, and makes it once, or not at all", () => {
	const hub = new EventHub();
	const heard: string[] = [];
	let made = 0;
	const piece = () => {
		made += 1;
		return { type: "log" as const, runId: "r1", generation: 1, offset: 0, bytesBase64: "" };
	};
	hub.subscribe(() => heard.push("none"));
	hub.subscribe(
		() => heard.push("other"),
		(runId) => runId === "r2",
	);
	hub.publishLog("r1", piece);
	expect([heard, made]).toEqual([[], 0]);
	for (const name of ["one", "two"])
		hub.subscribe(
			() => heard.push(name),
			(runId) => runId === "r1",
		);
	hub.publishLog("r1", piece);
	expect([heard, made]).toEqual([["one", "two"], 1]);
});

it("lets a tab that breaks disturb neither the others nor whoever publishes", () => {
	const hub = new EventHub();
	const heard: string[] = [];
	hub.subscribe(() => {
		throw new Error("the stream is gone");
	});
	hub.subscribe(() => heard.push("two"));
	hub.publish(message);
	hub.publish(message);
	expect(heard).toEqual(["two", "two"]);
	expect(hub.size).toBe(1);
});

it("tells a part of the console without counting it as a browser", () => {
	const hub = new EventHub();
	const heard: string[] = [];
	const end = hub.attend((message) => void heard.push(message.type));
	expect(hub.size).toBe(0);
	hub.publish({ type: "changed", what: "nodes" });
	end();
	hub.publish({ type: "changed", what: "nodes" });
	expect(heard).toEqual(["changed"]);
});
