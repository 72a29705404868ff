import { expect, it } from "vitest";
import type { PresentedHostKey } from "../ssh/errors.ts";
import { HostKeyScans, keyState, SCAN_LIFE_MS, type SeenKey, strongest } from "./host-key-scans.ts";

const key = (algorithm: string, keyBase64: string): PresentedHostKey => ({ algorithm, keyBase64, sha256: `SHA256:${keyBase64}` });
const ed = key("ssh-ed25519", "ed");
const rsa = key("ssh-rsa", "rsa");
const otherEd = key("ssh-ed25519", "other");

it.each<[string, PresentedHostKey, PresentedHostKey[], PresentedHostKey[], string]>([
	["nothing accepted yet", ed, [ed, rsa], [], "unknown"],
	["the accepted key", ed, [ed, rsa], [ed], "accepted"],
	["a further key of a server that shows the accepted one", rsa, [ed, rsa], [ed], "accepted"],
	["another key of the accepted type", otherEd, [otherEd], [ed], "changed"],
	["another key of the accepted type beside an accepted one", otherEd, [otherEd, rsa], [ed, rsa], "changed"],
	["only keys of types that were not accepted", rsa, [rsa], [ed], "changed"],
])("%s", (_case, shownKey, shown, accepted, state) => {
	expect(keyState(shownKey, shown, accepted)).toBe(state);
});

it("lets a revocation under one name win over a match under another", () => {
	expect(strongest(["match", "revoked"])).toBe("revoked");
	expect(strongest(["mismatch", "match"])).toBe("match");
	expect(strongest(["unknown", "mismatch"])).toBe("mismatch");
	expect(strongest([])).toBe("unknown");
});

it("keeps what a scan saw for 15 minutes, and not more than 20 scans", () => {
	const scans = new HostKeyScans();
	const seen: SeenKey = { ...ed, id: "k1", hop: "node", address: "a", port: 22, nodeIds: [], nodeNames: [], shown: [ed] };
	const first = scans.keep([seen], 0);
	expect(scans.find(first, SCAN_LIFE_MS - 1)?.get("k1")).toEqual(seen);
	expect(scans.find(first, SCAN_LIFE_MS)).toBeNull();
	expect(scans.find("guessed", 0)).toBeNull();
	for (let more = 0; more < 20; more++) scans.keep([], 1);
	expect(scans.find(first, 2)).toBeNull();
});
