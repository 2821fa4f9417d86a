"""The sizes that Slack enforces on texts, blocks, views and calls; read by the checks of the local Slack.

Source unless another is named: https://docs.slack.dev/reference/block-kit/ (blocks, elements, composition objects).
"""

from __future__ import annotations

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 40_000  # https://docs.slack.dev/reference/methods/chat.postMessage
EDITED_TEXT = 4_000  # https://docs.slack.dev/reference/methods/chat.update, msg_too_long
ALL_BLOCK_TEXT = 13_200  # Not documented; seen: msg_blocks_too_long from about here.

SECTION_TEXT = 3_000
SECTION_FIELDS = 10
FIELD_TEXT = 2_000
HEADER_TEXT = 150
MARKDOWN_TEXT = 12_000
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
TABLE_ROWS = 100
TABLE_COLUMNS = 20

ID = 255  # action_id, block_id, callback_id, external_id
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
URL = 3_000
ACCESSIBILITY_LABEL = 75
PLACEHOLDER = 150
SELECT_OPTIONS = 100
OPTION_GROUPS = 100
OVERFLOW_OPTIONS = 5
CHOICE_OPTIONS = 10  # radio buttons and checkboxes
OPTION_TEXT = 75
OPTION_VALUE = 150
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
IMAGE_TEXT = 2_000
INPUT_LABEL = 2_000
TYPED_TEXT = 3_000

VIEW_TITLE = 24  # https://docs.slack.dev/reference/views
PRIVATE_METADATA = 3_000  # as above
VIEW_BYTES = 250_000  # as above
VIEW_STACK = 3  # https://docs.slack.dev/surfaces/modals
