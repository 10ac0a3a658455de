/** What an event's payload is overlaid with, so that a delivery's body is about 1 KB. */
export const study = {
	status: "ACTIVE",
	metadata: {
		study: {
			name: "How people plan their week, wave 3 of 5",
			internal_name: "weekly-planning-w3",
			description:
				"Twenty questions on how you plan a week, followed by a short task in which a calendar has to be filled. " +
				"There are no right answers, you may stop at any time, and what you enter is kept without your name.",
			total_available_places: 240,
			places_taken: 117,
			reward: 325,
			average_reward_per_hour: 975.5,
			estimated_completion_time: 20,
			is_underpaying: false,
			device_compatibility: ["desktop", "tablet"],
			peripheral_requirements: [],
			published_at: "2026-11-20T09:15:00.000Z",
			researcher: {
				id: "63722971f9cc073ecc730f6a",
				country: "GB",
				institution: { name: "Institute for Weekly Planning", link: null },
			},
			filters: [
				{ filter_id: "age", selected_range: { lower: 18, upper: 65 } },
				{ filter_id: "handedness", selected_values: ["0", "1"] },
			],
		},
	},
};
