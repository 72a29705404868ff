import { join } from "node:path";

/**
 * What the environment must say for native modules to be built so that they work on this Node. Node 24.19 broke
 * node::ObjectWrap (see object-wrap.hpp); for it the one module that uses the class is built here, from its source.
 * @param {string} root
 * @param {string} version such as "v24.19.0"
 * @param {Record<string, string | undefined>} env
 * @returns {Record<string, string>}
 */
export function nativeBuildEnvironment(root, version = process.version, env = process.env) {
	const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
	if (major < 24 || (major === 24 && minor < 19)) return {};
	const header = join(root, "scripts/bootstrap/object-wrap.hpp").replaceAll("'", "'\\''");
	return {
		CXXFLAGS: `${env.CXXFLAGS ?? ""} -include '${header}'`.trim(),
		npm_config_build_from_source: "better-sqlite3",
	};
}
