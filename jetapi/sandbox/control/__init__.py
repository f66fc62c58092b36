"""Control of the sandbox under /_sandbox/: everything that Jet, its buyers and bad networks would do."""
