/** What the API server is shown to believe who we are. At least one of the three. */
export interface ClusterCredentials {
	token?: string;
	/** PEM, certificate chain and private key. */
	clientCertificate?: { certificate: string; key: string };
	/** Only servers up to v1.18 know it. */
	basic?: { username: string; password: string };
}

export interface ClusterAccessFields {
	contextName: string;
	clusterName: string;
	userName: string;
	/** Origin and path prefix of the API, without a trailing slash. */
	server: string;
	/** Name the server's certificate must carry, where it is not the one in `server`. */
	tlsServerName: string | null;
	/** PEM of the authorities to trust; null = those of the system. */
	certificateAuthority: string | null;
}

/**
 * How to reach one cluster's API. The credentials are private to the object, so that printing it, logging it or
 * turning it into JSON never shows them.
 */
export class ClusterAccess implements ClusterAccessFields {
	readonly contextName: string;
	readonly clusterName: string;
	readonly userName: string;
	readonly server: string;
	readonly tlsServerName: string | null;
	readonly certificateAuthority: string | null;
	readonly #credentials: ClusterCredentials;

	constructor(fields: ClusterAccessFields, credentials: ClusterCredentials) {
		this.contextName = fields.contextName;
		this.clusterName = fields.clusterName;
		this.userName = fields.userName;
		this.server = fields.server;
		this.tlsServerName = fields.tlsServerName;
		this.certificateAuthority = fields.certificateAuthority;
		this.#credentials = credentials;
	}

	/** For the transport alone. */
	credentials(): ClusterCredentials {
		return this.#credentials;
	}
}
