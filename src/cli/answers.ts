/** What the control API answers, as far as the command line reads it. Times are ISO texts. */
export interface DeliverySummary {
	readonly id: string;
	readonly provider: string;
	readonly event: { readonly id: string; readonly type: string };
	readonly url: string;
	readonly state: string;
	readonly reason?: string;
	readonly attempts: number;
	readonly lastStatus?: number;
	readonly lastError?: string;
	readonly lastErrorCode?: string;
	readonly nextAt?: string;
	/** What keeps it from being attempted. */
	readonly held?: string;
	readonly endpoint: string;
}

/** An attempt by its time and number. */
export interface DueAttempt {
	readonly at: string;
	readonly delivery: string;
	readonly provider: string;
	readonly event: { readonly id: string; readonly type: string };
	readonly attempt: number;
}

export interface Secret {
	readonly provider: string;
	readonly owner: string;
	readonly fingerprint: string;
	readonly value?: string;
	/** Another one has taken its place, and it ends soon. */
	readonly isPrevious?: boolean;
}
