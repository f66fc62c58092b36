"""An emulator of Magento 2's REST API that imports nothing else of the store's rooms."""
