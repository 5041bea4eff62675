"""Every point of every summary and "In practice" has a test that would fail if it were false.

A point is named by its first words, and the tests by their names. Who adds a point adds its
test; who rewrites one looks at the test again.
"""

import re
from pathlib import Path

import nbformat
import pytest

TESTS = Path(__file__).parent
CHAPTERS = sorted(TESTS.parent.glob("chapters/*.ipynb"))
BOX = re.compile(r":::\{admonition\} .*?\n:class: (?:summary|practice)\n(.*?)\n:::", re.DOTALL)

#: What says what to do, and claims nothing that a run could deny.
ADVICE = ()

CLAIMS = {
    "01": {
        "Gradient descent, ": "one_eta_serves_a_steep_and_a_flat_direction",
        "Momentum, ": "momentum_without_memory_is_gradient_descent",
        "The velocity is an exponentially": "the_velocity_is_a_sum_in_which_steady",
        "At their own best settings": "at_their_best_the_steps_grow_like_kappa",
        "Momentum passes *shallow*": "momentum_passes_shallow_dips",
        "The ball explains the memory": "friction_does_not_prevent_divergence",
        "Begin with $\\gamma = 0.9$": "two_hundred_steps_together",
        "When you switch momentum on": "with_momentum_a_tenth_of_eta_is_as_fast",
        "Compare two methods only after": "at_equal_eta_a_comparison_may_name_the_loser",
        "If the cost explodes": "when_the_cost_explodes_half_the_eta_helps",
    },
    "02": {
        "$\\gamma$ is a memory": "gamma_is_a_memory_of_ten_gradients",
        "Along a valley": "along_a_valley_eta_over_one_minus_gamma_acts",
        "Per direction": "a_direction_creeps_below_the_critical_gamma",
        "Stable for": "momentum_is_stable_below_two_times_one_plus_gamma",
        "On a quadratic Polyak's pair": (
            "polyaks_pair_has_the_best_rate", "a_long_run_from_almost_every_start",
            "gamma_0_99_needs_forty_times",
        ),
        "Long ripples": "long_ripples_are_a_sign",
        "Begin with $\\gamma = 0.9$": "factors_of_three_find_an_eta",
        "Then try $\\gamma = 0.8$": "a_search_for_another_gamma_begins",
        "In PyTorch the pair": "two_hundred_steps_together",
        "Plot the loss": "long_ripples_are_a_sign",
        "With {term}`minibatch`": "with_noise_a_step_tells_little",
    },
    "03": {
        "NAG is momentum that measures": "nag_asks_for_one_gradient_a_step",
        "On a quadratic it is momentum": (
            "on_a_quadratic_nag_is_momentum_with_gamma", "nag_calms_the_swing_across_a_valley",
        ),
        "It is stable for": "nag_is_stable_below_its_earlier_limit",
        "On a quadratic with": "on_a_quadratic_nag_is_not_faster",
        "What it buys is": (
            "nag_with_a_growing_gamma_keeps_its_bound", "the_heavy_ball_with_the_growing_gamma",
            "a_heavy_ball_tuned_for_quadratics_may_cycle",
        ),
        "No method that follows": (
            "nags_guarantee_is_64_thirds", "no_constants_beat_chebyshevs_floor",
        ),
        "In PyTorch: ": "a_formula_is_what_the_package_does",
        "Tune $\\eta$ again": "after_the_switch_to_nag_little_changes",
        "If your loss curve has quick ripples": (
            "nag_calms_the_swing_across_a_valley", "at_equal_settings_nag_swings_less",
        ),
        "For a smooth convex cost": (
            "the_growing_gamma_with_restarts_is_fast", "with_exact_gradients_conjugate_gradients",
        ),
        "The guarantee is for exact": "adaptive_restarts_hear_the_noise",
    },
    "04": {
        "RMSprop and Adam divide": "the_scale_of_a_coordinate_drops_out",
        "Adam adds $m$": "adams_momentum_is_an_average",
        "Bias correction undoes": "without_bias_correction_the_first_twenty",
        "ε stands outside": "eps_inside_the_root_stops_gradients",
        "Scaling by coordinate": (
            "scaling_makes_a_valley_along_the_axes_round", "scaling_by_the_gradients_goes_by",
        ),
        "At constant η": "at_constant_eta_rmsprop_ends_at_eta_over_2",
        "AdamW decays": (
            "adamw_decays_beside_the_scaling", "nadam_is_adam_with_nesterovs_look_ahead",
            "amsgrads_divisor_never_falls_without",
        ),
        "A new $\\beta_1$": ("a_new_beta1_needs_a_new_eta", "one_wild_gradient_freezes"),
        "Under noise and": (
            "under_noise_and_turned_momentum_can_beat_adam", "an_adam_that_is_quiet_enough",
        ),
        "Start with AdamW": "adams_bursts_end_where_eta_falls",
        "Give SGD with momentum": "under_noise_and_turned_momentum_can_beat_adam",
        "Clip gradients": "a_spike_of_10_000_times_costs_adam",
        "Loss that bursts": (
            "adams_bursts_end_where_eta_falls", "the_settings_that_chapter_4_names",
        ),
        "Values do not carry": "a_good_eta_for_momentum_tells_nothing",
        "RMSprop's $\\beta_2$": ("averages_of_weights_are_built_in", "the_place_of_eps_matters"),
        "Adam keeps two": "adam_keeps_two_numbers_a_parameter",
    },
    "05": {
        "A schedule is one value": "where_eta_stands_matters_only_when_it_changes",
        "{math}`\\gamma_t = ": "the_taught_schedule_ends_without_damping",
        "A warm-up of {math}`\\gamma`": "a_ramp_of_gamma_is_a_head_start_once",
        "A warm-up of {math}`\\eta`": (
            "a_warm_up_of_eta_gets_out", "a_warm_up_helps_where_the_runs_own_speed",
            "a_decay_of_eta_lowers_the_floor",
        ),
        "A restart sets": (
            "a_restart_ends_a_swing_and_gives_no_push", "restarts_every_k_steps_want_k",
        ),
        "With full gradients, NAG": (
            "the_gradient_scheme_is_about_as_fast", "for_more_digits_the_gradient_scheme",
            "adaptive_restarts_hear_the_noise", "restarts_on_noise_harm_where_it_is_heard",
        ),
        "With minibatches: ": "cosine_momentum_needs_its_peak_tuned",
        "If the first steps explode": (
            "a_warm_up_of_eta_gets_out", "where_a_run_swings_a_cut_of_gamma",
        ),
        "In PyTorch: ": (
            "one_cycle_moves_the_momentum_between", "a_warm_up_and_a_cosine_are_joined",
            "clearing_the_state_drops_the_velocity",
        ),
        "With full gradients, as in": "the_gradient_scheme_is_about_as_fast",
        "When you continue": "the_taught_schedule_ends_without_damping",
    },
    "06": {
        "A network is a cost": "a_small_network_learns_the_fruits",
        "Tune $\\eta$ for every method": "the_best_of_the_tuning_runs_flatters",
        "Here GD ended last": ("gd_ended_last", "on_the_scans"),
        "Trained to the end": "trained_to_the_end",
        "The curvatures are": "a_few_steep_walls_and_a_floor",
        "With the gradient over all": "with_all_pictures_momentum_bears",
        "The stability limit": "beyond_the_stability_limit_a_run_leaves",
        "The lowest $J$": (
            "the_lowest_cost_is_not_the_best", "the_held_out_drawings_tell_no",
            "more_drawings_name_more",
        ),
        "Look at the data": ADVICE,
        "First check": ("at_the_start_the_cost_is_that_of_guessing", "can_learn_256_pictures"),
        "Search $\\eta$": "the_best_of_every_list_is_inside_it",
        "Start with": "with_minibatches_a_larger_gamma_leaves_less_room",
        "Repeat with several": "chance_parts_the_bands_of_equal_methods",
    },
    "07": {
        "A minibatch of": "a_minibatch_of_four_times_as_many",
        "In the end the variance": (
            "at_equal_eta_the_variance_is_ten_times", "along_flat_directions_only_the_effective",
            "a_push_has_one_area",
        ),
        "Along steep directions": "along_steep_directions_momentum_is_quieter",
        "At equal {math}`\\eta/(1-": "at_equal_effective_eta_momentum_takes_shorter",
        "The noise of minibatches": (
            "the_noise_of_a_fit_is_as_steep", "shuffled_noise_cancels_over_an_epoch",
        ),
        "Momentum pays while": "momentum_pays_with_large_batches_in_narrow",
        "{math}`k` times the batch": "the_batch_and_eta_scale_linearly",
        "Let {math}`\\eta` fall": (
            "a_falling_eta_and_an_average_both", "the_mean_of_w_points_has_a_variance",
        ),
        "Loss that falls fast": "a_tenth_of_eta_tells_noise_from_a_plateau",
        "Change {math}`\\gamma`": "along_flat_directions_only_the_effective",
        "Shuffle anew": ("shuffled_noise_cancels_over", "a_loader_shuffles_anew"),
        "Twice the batch": (
            "the_batch_and_eta_scale_linearly", "a_tenth_of_eta_tells_noise_from_a_plateau",
        ),
        "Averages of weights": "averages_of_weights_are_built_in",
        "Report the mean": "with_noise_a_step_tells_little",
    },
    "08": {
        "This book and Keras": "where_eta_stands_matters_only_when_it_changes",
        "When {math}`\\eta` falls": (
            "inside_v_the_old_velocity_coasts", "old_over_new_eta_for_one_step",
        ),
        "`optax.ema` averages": (
            "an_average_needs_eta_over_one_minus_gamma", "a_corrected_average_is_a_sum",
        ),
        "The frameworks' NAG": "a_stored_look_ahead_is_the_same_method",
        "PyTorch's first step": "pytorchs_first_step_ignores_dampening",
        "`weight_decay` is L2": "as_a_penalty_weight_decay_pulls_harder",
        "Decoupled decay": "decoupled_decay_takes_away_the_sum",
        "Clip the gradient": "a_clipped_gradient_spares_the_velocity",
        "{math}`\\varepsilon` stands": "the_place_of_eps_matters_where",
        "Moving a run": "the_first_step_tells_dampening_decay_and_eps",
        "Moving a schedule": "momentum_that_makes_up_for_a_change_of_eta",
        "Moving weight decay": (
            "as_a_penalty_weight_decay_pulls_harder", "decoupled_decay_takes_away_the_sum",
        ),
        "Clip where": "a_clipped_gradient_spares_the_velocity",
        "A paper that says": "a_translation_is_what_it_says",
        "`ml.translate(": "a_translation_is_what_it_says",
    },
}  # fmt: skip


def points(path):
    """The points of a chapter's boxes, one a line; code that stands in a box is none."""
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    for box in BOX.findall(text):
        box = re.sub(r"^.*?\n```.*?```", "", box, flags=re.DOTALL | re.MULTILINE)
        yield from (line.removeprefix("- ") for line in box.splitlines() if line.strip())


@pytest.fixture(scope="module")
def names():
    found = re.compile(r"^def test_(\w+)", re.MULTILINE)
    return [n for path in TESTS.glob("test_*.py") for n in found.findall(path.read_text("utf-8"))]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_point_has_its_test(path, names):
    claims, said = CLAIMS[path.stem[:2]], list(points(path))
    told = {begin: [point for point in said if point.startswith(begin)] for begin in claims}
    assert {begin: len(found) for begin, found in told.items()} == dict.fromkeys(claims, 1)
    assert [point for point in said if not point.startswith(tuple(claims))] == []
    for begin, tests in claims.items():
        for test in (tests,) if isinstance(tests, str) else tests:
            assert any(test in name for name in names), f"{begin}: no test_…{test}…"
