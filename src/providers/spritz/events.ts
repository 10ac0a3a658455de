/** The events an integrator can subscribe to, in the order of the provider's own list; `*` stands for all of them. */
export const events = {
	"account.created": { summary: "A payout account was added" },
	"account.updated": { summary: "Details of a payout account changed" },
	"account.deleted": { summary: "A payout account was removed" },
	"payment.created": { summary: "A payment was started" },
	"payment.updated": { summary: "Details or progress of a payment changed" },
	"payment.completed": { summary: "A payment reached its recipient" },
	"payment.refunded": { summary: "A payment was given back to the user" },
	"verification.status.updated": {
		summary: "A user's identity verification has a new status",
	},
	"capabilities.updated": { summary: "What a user may do has changed" },
	"onramp.created": {
		summary: "An on-ramp exists, after an authorised deposit",
	},
	"onramp.updated": {
		summary: "Status, delivery or reversal of an on-ramp changed",
	},
	"onramp.completed": { summary: "An on-ramp has delivered all its crypto" },
	"achDebitReturn.created": {
		summary: "A bank return of an ACH debit was recorded",
	},
	"achDebitReturn.updated": {
		summary: "Details of a recorded ACH return changed",
	},
	"achDebit.authorized": { summary: "The user authorised an ACH deposit" },
	"achDebit.deliveryProgress": {
		summary: "Some of a deposit's crypto has been released",
	},
	"achDebit.delivered": {
		summary: "All of a deposit's crypto has been released",
	},
	"achDebit.refunded": { summary: "The debited money goes back to the user" },
	"achDebit.returned": {
		summary: "The bank returned the debit; `achReturn` tells more",
	},
	"offramp.confirmed": { summary: "The crypto of an off-ramp has arrived" },
	"offramp.inFlight": { summary: "The payout of an off-ramp is on its way" },
	"offramp.completed": { summary: "The payout of an off-ramp has arrived" },
	"offramp.failed": {
		summary: "The payout could not be made; `failureMessage` says why",
	},
	"offramp.refunded": {
		summary: "The value of a failed off-ramp was given back",
	},
	"offramp.reversed": { summary: "A payout that had been sent came back" },
	"onrampCredit.depositDetected": {
		summary: "A bank credit for an on-ramp has been seen",
	},
	"onrampCredit.completed": {
		summary: "The crypto bought with a bank credit was delivered",
	},
	"onrampCredit.failed": { summary: "The crypto could not be delivered" },
	"onrampCredit.reversed": {
		summary: "A credit that had funded an on-ramp was taken back",
	},
	"onrampCredit.refunded": { summary: "The bank credit was sent back" },
} as const;

export type EventName = keyof typeof events;
