<?php
declare(strict_types=1);

namespace JetBridge\Link\Model\Stock;

use Magento\Catalog\Model\ResourceModel\Product as ProductResource;
use Magento\CatalogInventory\Api\StockConfigurationInterface;
use Magento\CatalogInventory\Api\StockRegistryInterface;
use Magento\CatalogInventory\Model\Indexer\Stock\Processor;
use Magento\CatalogInventory\Model\ResourceModel\QtyCounterInterface;
use Magento\CatalogInventory\Model\ResourceModel\Stock as StockResource;
use Magento\Sales\Api\Data\OrderInterface;

/**
 * Lowers stock items in a store without multi-source inventory, as placing an order does; a cancel gives back there.
 *
 * Nothing is refused for lack of stock: Jet has accepted the order, and a quantity below zero says what is owed.
 */
class Legacy
{
    public function __construct(
        private readonly StockRegistryInterface $registry,
        private readonly StockConfigurationInterface $configuration,
        private readonly QtyCounterInterface $counter,
        private readonly StockResource $stock,
        private readonly ProductResource $products,
        private readonly Processor $indexer
    ) {
    }

    /**
     * @param \Magento\Sales\Api\Data\OrderItemInterface[] $lines
     */
    public function lower(OrderInterface $order, array $lines): void
    {
        $scope = (int) $this->configuration->getDefaultScopeId();
        if (!$this->configuration->canSubtractQty($order->getStoreId())) {
            return;
        }
        $quantities = [];
        foreach ($lines as $line) {
            $id = $this->productId($line);
            if ($id && $this->registry->getStockItem($id, $scope)->getManageStock()) {
                $quantities[$id] = ($quantities[$id] ?? 0.0) + (float) $line->getQtyOrdered();
            }
        }
        // In one order in every process, so that two orders with the same products never wait for each other.
        ksort($quantities);
        if ($quantities) {
            $this->counter->correctItemsQty($quantities, $scope, '-');
            $this->stock->updateSetOutOfStock($scope);
        }
    }

    /**
     * @param \Magento\Sales\Api\Data\OrderItemInterface[] $lines
     */
    public function reindex(array $lines): void
    {
        $ids = array_values(array_filter(array_map(fn ($line): int => $this->productId($line), $lines)));
        if ($ids) {
            $this->indexer->reindexList($ids);
        }
    }

    private function productId($line): int
    {
        return (int) ($line->getProductId() ?: $this->products->getIdBySku((string) $line->getSku()));
    }
}
