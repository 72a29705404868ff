import { describe, expect, it } from "vitest";
import { clientAddress } from "./client-address.ts";
import { allowedOrigins } from "./origins.ts";

describe("allowed origins", () => {
	it("are those configured and no others", () => {
		expect(allowedOrigins({ host: "0.0.0.0", port: 3000, origins: ["https://gantry.example.com"] }, ["10.0.0.5"])).toEqual([
			"https://gantry.example.com",
		]);
	});

	it("are all names of the loopback interface when it listens there", () => {
		const origins = allowedOrigins({ host: "127.0.0.1", port: 3000, origins: [] }, ["10.0.0.5"]);
		expect(origins).toEqual(["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"]);
	});

	it("are the machine's addresses too when it listens on all", () => {
		const origins = allowedOrigins({ host: "::", port: 80, origins: [] }, ["10.0.0.5", "fd00::5"]);
		expect(origins.slice(0, 2)).toEqual(["http://10.0.0.5", "http://[fd00::5]"]);
		expect(origins).toContain("http://localhost");
	});

	it("are none of IPv6 when it listens on all of IPv4", () => {
		const origins = allowedOrigins({ host: "0.0.0.0", port: 80, origins: [] }, ["10.0.0.5", "fd00::5"]);
		expect(origins).toEqual(["http://10.0.0.5", "http://127.0.0.1", "http://localhost"]);
	});
});

describe("the client's address", () => {
	it("is the peer's where no proxy is trusted, whatever the client says", () => {
		expect(clientAddress("1.2.3.4", "10.0.0.9", 0)).toBe("10.0.0.9");
	});

	it("is what the outermost trusted proxy saw", () => {
		expect(clientAddress("6.6.6.6, 1.2.3.4", "10.0.0.1", 1)).toBe("1.2.3.4");
		expect(clientAddress("6.6.6.6, 1.2.3.4, 10.0.0.1", "10.0.0.2", 2)).toBe("1.2.3.4");
	});

	it("is the first known one where fewer proxies spoke than are trusted", () => {
		expect(clientAddress("", "10.0.0.9", 2)).toBe("10.0.0.9");
	});

	it("is written as IPv4 where it is one", () => {
		expect(clientAddress("", "::ffff:10.0.0.9", 0)).toBe("10.0.0.9");
	});
});
