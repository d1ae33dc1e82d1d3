"""The live page: `schelling serve` answers a browser on this machine, and nobody else.

What a page shows is rendered by `report.live`; here is who may ask (`guard`), what is asked
(`page_state`), what is computed for it and kept (`desk`, `background`), the case as a text in an
editable field (`editing`), and how a browser hears of what happens meanwhile (`happenings`).
"""
