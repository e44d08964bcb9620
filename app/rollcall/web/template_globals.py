"""What templates may call, from `web/view/`: it decides what is said, they lay it out."""

from typing import Any

from rollcall.web.view.assign.grid import grid as assign_grid
from rollcall.web.view.assign.landing import SLOTS as SLOT_NAMES
from rollcall.web.view.assign.landing import headline as assign_headline
from rollcall.web.view.assign.narration import assign_narration
from rollcall.web.view.device.answer import answer as device_answer
from rollcall.web.view.device.headline import headline as device_headline
from rollcall.web.view.device.move_table import move_table
from rollcall.web.view.device.narration import device_narration
from rollcall.web.view.device.switch import move_switch, simulated_sides
from rollcall.web.view.dropout.controls import controls as dropout_controls
from rollcall.web.view.dropout.counts import counts_chart, no_counts
from rollcall.web.view.dropout.headline import headline as dropout_headline
from rollcall.web.view.dropout.means_chart import means_chart
from rollcall.web.view.dropout.narration import dropout_narration
from rollcall.web.view.dropout.place_line import place_line
from rollcall.web.view.dropout.player import player as dropout_player
from rollcall.web.view.dropout.product import followed, given, product
from rollcall.web.view.dropout.without_mask import without_mask as dropout_without_mask
from rollcall.web.view.exercise.checks import checks as exercise_checks
from rollcall.web.view.exercise.code import shown_code
from rollcall.web.view.exercise.course import exercises, hint_of_course
from rollcall.web.view.exercise.narration import exercise_narration
from rollcall.web.view.exercise.said import silent_hint
from rollcall.web.view.exercise.state import state_line
from rollcall.web.view.findings.page import findings_page
from rollcall.web.view.forward.call_table import call_table, stopped_call
from rollcall.web.view.forward.headline import headline as forward_headline
from rollcall.web.view.forward.narration import forward_narration
from rollcall.web.view.histogram import histogram_bars
from rollcall.web.view.init.headline import headline as init_headline
from rollcall.web.view.init.names import ACTIVATIONS as INIT_ACTIVATIONS
from rollcall.web.view.init.names import NAMES as INIT_NAMES
from rollcall.web.view.init.names import healthy_range
from rollcall.web.view.init.narration import init_narration
from rollcall.web.view.init.pictures import depth_curves
from rollcall.web.view.init.pictures import pictures as init_pictures
from rollcall.web.view.input_line import input_line
from rollcall.web.view.layers.checks import checks, recipe_steps
from rollcall.web.view.layers.curves import curves as layer_curves
from rollcall.web.view.layers.headline import checkable
from rollcall.web.view.layers.headline import headline as layers_headline
from rollcall.web.view.layers.narration import layers_narration
from rollcall.web.view.lesson.course_page import course_page
from rollcall.web.view.matrix import board
from rollcall.web.view.mode_badge import mode_badge
from rollcall.web.view.modes.flag_table import flag_table
from rollcall.web.view.modes.headline import headline as modes_headline
from rollcall.web.view.modes.narration import modes_narration
from rollcall.web.view.modes.statistics import statistics
from rollcall.web.view.no_answer import no_answer
from rollcall.web.view.notes import changes_of, notes_of
from rollcall.web.view.preflight.checklist import checklist as preflight_checklist
from rollcall.web.view.preflight.headline import headline as preflight_headline
from rollcall.web.view.preflight.narration import preflight_narration
from rollcall.web.view.registry.after_a_step import after_a_step
from rollcall.web.view.registry.beside_itself import why_beside_itself
from rollcall.web.view.registry.changes import twin_changes, who_changes
from rollcall.web.view.registry.column import registry_column
from rollcall.web.view.registry.finder import finder as registry_finder
from rollcall.web.view.registry.narration import registry_narration
from rollcall.web.view.saving.file_table import file_table
from rollcall.web.view.saving.headline import headline as saving_headline
from rollcall.web.view.saving.key_table import agreement, key_table
from rollcall.web.view.saving.narration import saving_narration
from rollcall.web.view.saving.story import file_size, saved_tensors, why_it_differs
from rollcall.web.view.source_text import source_columns
from rollcall.web.view.step.books_table import books_pages
from rollcall.web.view.step.calls_line import calls_line
from rollcall.web.view.step.code_lines import code_column
from rollcall.web.view.step.cut_short import cut_short as step_cut_short
from rollcall.web.view.step.headline import step_headline
from rollcall.web.view.step.learning_table import learning_rows
from rollcall.web.view.step.narration import step_narration
from rollcall.web.view.step.player import pace_switch
from rollcall.web.view.step.player import player as step_player
from rollcall.web.view.step.registered_list import registered_list
from rollcall.web.view.step.variables_table import variables_table
from rollcall.web.view.switch import device_switch, has_gpu
from rollcall.web.view.training.explanation import explanation
from rollcall.web.view.training.headline import headline as training_headline
from rollcall.web.view.training.headline import task as training_task
from rollcall.web.view.training.headline import verdict as training_verdict
from rollcall.web.view.training.narration import training_narration
from rollcall.web.view.training.optimizer import (
    begun_alike,
    cut_short,
    ended_by,
    optimizer_class,
    uncleared,
)
from rollcall.web.view.training.pictures import answers_picture, loss_chart
from rollcall.web.view.training.player import player as training_player
from rollcall.web.view.training.tensor_table import tensor_table
from rollcall.web.view.versions import is_long, name_of

GLOBALS: dict[str, Any] = {
    "agreement": agreement,
    "answers_picture": answers_picture,
    "assign_grid": assign_grid,
    "assign_headline": assign_headline,
    "assign_narration": assign_narration,
    "board": board,
    "call_table": call_table,
    "checkable": checkable,
    "checks": checks,
    "course_page": course_page,
    "counts_chart": counts_chart,
    "depth_curves": depth_curves,
    "device_answer": device_answer,
    "device_headline": device_headline,
    "device_narration": device_narration,
    "device_switch": device_switch,
    "dropout_controls": dropout_controls,
    "dropout_headline": dropout_headline,
    "dropout_narration": dropout_narration,
    "dropout_player": dropout_player,
    "dropout_without_mask": dropout_without_mask,
    "ended_by": ended_by,
    "exercise_checks": exercise_checks,
    "exercise_code": shown_code,
    "exercise_narration": exercise_narration,
    "exercise_silent": silent_hint,
    "exercise_state": state_line,
    "exercises": exercises,
    "file_size": file_size,
    "file_table": file_table,
    "findings_page": findings_page,
    "flag_table": flag_table,
    "followed": followed,
    "forward_headline": forward_headline,
    "forward_narration": forward_narration,
    "given": given,
    "has_gpu": has_gpu,
    "healthy_range": healthy_range,
    "hint_of_course": hint_of_course,
    "histogram_bars": histogram_bars,
    "init_activations": INIT_ACTIVATIONS,
    "init_headline": init_headline,
    "init_names": INIT_NAMES,
    "init_narration": init_narration,
    "init_pictures": init_pictures,
    "input_line": input_line,
    "key_table": key_table,
    "layer_curves": layer_curves,
    "layers_headline": layers_headline,
    "layers_narration": layers_narration,
    "loss_chart": loss_chart,
    "means_chart": means_chart,
    "mode_badge": mode_badge,
    "modes_headline": modes_headline,
    "modes_narration": modes_narration,
    "move_switch": move_switch,
    "move_table": move_table,
    "is_long": is_long,
    "name_of": name_of,
    "no_counts": no_counts,
    "changes_of": changes_of,
    "no_answer": no_answer,
    "notes_of": notes_of,
    "optimizer_class": optimizer_class,
    "preflight_checklist": preflight_checklist,
    "preflight_headline": preflight_headline,
    "preflight_narration": preflight_narration,
    "place_line": place_line,
    "product": product,
    "recipe_steps": recipe_steps,
    "registry_column": registry_column,
    "registry_finder": registry_finder,
    "registry_narration": registry_narration,
    "saved_tensors": saved_tensors,
    "who_changes": who_changes,
    "why_it_differs": why_it_differs,
    "saving_headline": saving_headline,
    "saving_narration": saving_narration,
    "slot_names": SLOT_NAMES,
    "statistics": statistics,
    "simulated_sides": simulated_sides,
    "source_columns": source_columns,
    "pace_switch": pace_switch,
    "step_books": books_pages,
    "step_calls": calls_line,
    "step_code": code_column,
    "step_cut_short": step_cut_short,
    "step_headline": step_headline,
    "step_learning": learning_rows,
    "step_narration": step_narration,
    "step_player": step_player,
    "step_registered": registered_list,
    "step_variables": variables_table,
    "stopped_call": stopped_call,
    "tensor_table": tensor_table,
    "training_explanation": explanation,
    "training_headline": training_headline,
    "training_narration": training_narration,
    "training_player": training_player,
    "training_task": training_task,
    "training_verdict": training_verdict,
    "after_a_step": after_a_step,
    "why_beside_itself": why_beside_itself,
    "twin_changes": twin_changes,
    "training_cut_short": cut_short,
    "uncleared": uncleared,
    "begun_alike": begun_alike,
}
