import { describe, expect, it } from "vitest";
import { bootstrap, SSH_COMMAND, wrapScript } from "./bootstrap.ts";

describe("bootstrap", () => {
	it("sends nothing but the plain word sh as the SSH command", () => {
		expect(SSH_COMMAND).toBe("sh");
	});

	it("is one line with one line end, whatever the elevation", () => {
		for (const elevation of ["none", "sudo", "sudo-with-password"] as const) {
			expect(bootstrap(elevation).line.indexOf("\n")).toBe(bootstrap(elevation).line.length - 1);
		}
	});

	it("asks sudo to fail rather than to ask where there is no password to give", () => {
		expect(bootstrap("sudo").line).toContain("exec sudo -n -u root ");
		expect(bootstrap("sudo").line).not.toContain(" -S ");
		expect(bootstrap("sudo-with-password", "00112233").line).toContain("exec sudo -S -p gantry-password-00112233: -u root ");
		expect(bootstrap("none").line).not.toContain("sudo");
	});

	it("uses fresh names every time, and no percent sign, which sudo would expand in its prompt", () => {
		expect(bootstrap("none").go).not.toBe(bootstrap("none").go);
		expect(bootstrap("sudo-with-password").prompt).not.toContain("%");
	});

	it("refuses a nonce that is not one", () => {
		expect(() => bootstrap("none", "$(id)")).toThrow(RangeError);
	});
});

describe("wrapScript", () => {
	it("makes the shell read to the end before it runs the first command, away from stdin", () => {
		expect(wrapScript("echo 1\nexit 2")).toBe("{\n:\necho 1\nexit 2\n} </dev/null; exit $?\n");
	});

	it("refuses NUL, which shells drop without a word", () => {
		expect(() => wrapScript("a\0b")).toThrow(RangeError);
	});
});
