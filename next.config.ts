import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

// Next's own inline scripts have no nonce unless every page is made anew for each request. The development server evaluates code.
const contentSecurityPolicy = [
	"default-src 'self'",
	"script-src 'self' 'unsafe-inline'",
	"style-src 'self' 'unsafe-inline'",
	"img-src 'self' data:",
	"font-src 'self'",
	"connect-src 'self'",
	"worker-src 'self'",
	"object-src 'none'",
	"base-uri 'none'",
	"form-action 'self'",
	"frame-ancestors 'none'",
].join("; ");

const config: NextConfig = {
	// Native addons, and a client whose import costs a second and a half: loaded when they are needed, not bundled.
	serverExternalPackages: ["ssh2", "better-sqlite3", "cpu-features", "@kubernetes/client-node", "better-auth"],
	poweredByHeader: false,
	output: "standalone",
	reactStrictMode: true,
	outputFileTracingIncludes: { "/*": ["./prisma/sqlite/migrations/**"] },
	async headers() {
		return [
			{ source: "/:path*", headers: [{ key: "X-Content-Type-Options", value: "nosniff" }] },
			{
				// A page's scripts obey what came with the page, and are two dozen requests of it. A worker obeys what comes with its own script.
				source: "/:path((?!_next/static/chunks/(?!turbopack-worker)).*)",
				headers: [
					...(process.env.NODE_ENV === "production" ? [{ key: "Content-Security-Policy", value: contentSecurityPolicy }] : []),
					{ key: "X-Frame-Options", value: "DENY" },
					{ key: "Referrer-Policy", value: "same-origin" },
					{ key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=()" },
				],
			},
		];
	},
};

export default createNextIntlPlugin({
	requestConfig: "./app/i18n.ts",
	experimental: {
		// Texts are compiled when the console is built: pages then carry no parser of their syntax.
		messages: { path: ["./messages/en", "./messages/zh-CN"], format: "json", locales: "infer", precompile: true },
	},
})(config);
