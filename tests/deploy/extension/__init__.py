"""AWS PrivateLink for the emulator.

Runs in the emulator's process alone. ``install`` adds what the emulator lacks; everything that
it takes from the emulator goes through :mod:`tests.deploy.extension.emulated`.
"""
