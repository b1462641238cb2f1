"""The terminal interface: the app, its commands, header, footer, themes, help, jump mode, settings and panes.

A pane is one folder under ``panes`` with a subclass of ``pane.Pane``; its commands are declared once with
``commands.Command``. Panes talk to the app by the messages in ``messages`` and reach the bank through ``workshop``.
"""
