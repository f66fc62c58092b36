<?php
declare(strict_types=1);

namespace JetBridge\Link\Model\Stock;

use Magento\Framework\Module\Manager;
use Magento\Framework\ObjectManagerInterface;
use Magento\Sales\Api\Data\OrderInterface;
use Magento\Store\Model\StoreManagerInterface;

/**
 * Reserves units with multi-source inventory, as its checkout does: a row a SKU, in the order's own number.
 *
 * Its classes are named as text and made on demand, since a store may run without them.
 */
class MultiSource
{
    private const API = 'Magento\\InventorySalesApi\\Api\\';
    private const SKUS = 'Magento\\InventoryCatalogApi\\Model\\GetSkusByProductIdsInterface';

    public function __construct(
        private readonly Manager $modules,
        private readonly ObjectManagerInterface $objects,
        private readonly StoreManagerInterface $stores
    ) {
    }

    public function isThere(): bool
    {
        return $this->modules->isEnabled('Magento_InventorySales')
            && interface_exists(self::API . 'PlaceReservationsForSalesEventInterface');
    }

    /**
     * Which kinds of products keep stock is the service's to know, as at checkout.
     *
     * @param \Magento\Sales\Api\Data\OrderItemInterface[] $lines
     */
    public function reserve(OrderInterface $order, array $lines): void
    {
        $items = [];
        foreach ($this->quantities($lines) as $sku => $quantity) {
            $items[] = $this->make('Data\\ItemToSellInterfaceFactory', ['sku' => (string) $sku, 'qty' => -$quantity]);
        }
        if (!$items) {
            return;
        }
        $channel = $this->make('Data\\SalesChannelInterfaceFactory', [
            'data' => ['type' => 'website', 'code' => $this->website($order)],
        ]);
        $this->objects->get(self::API . 'PlaceReservationsForSalesEventInterface')
            ->execute($items, $channel, $this->event($order));
    }

    /**
     * @param \Magento\Sales\Api\Data\OrderItemInterface[] $lines
     * @return array<string, float>
     */
    private function quantities(array $lines): array
    {
        $found = [];
        foreach ($lines as $line) {
            $sku = $this->sku($line);
            $found[$sku] = ($found[$sku] ?? 0.0) + (float) $line->getQtyOrdered();
        }
        return $found;
    }

    /**
     * The product's own SKU where the line names a product: a line's text may differ in case, or carry options.
     */
    private function sku($line): string
    {
        $id = (int) $line->getProductId();
        if ($id) {
            try {
                $skus = $this->objects->get(self::SKUS)->execute([$id]);
                return (string) ($skus[$id] ?? $line->getSku());
            } catch (\Magento\Framework\Exception\NoSuchEntityException $gone) {
                return (string) $line->getSku();
            }
        }
        return (string) $line->getSku();
    }

    private function website(OrderInterface $order): string
    {
        $store = $this->stores->getStore($order->getStoreId());
        return $this->stores->getWebsite($store->getWebsiteId())->getCode();
    }

    private function event(OrderInterface $order): object
    {
        $event = $this->make('Data\\SalesEventInterfaceFactory', [
            'type' => 'order_placed',
            'objectType' => 'order',
            'objectId' => (string) $order->getEntityId(),
        ]);
        $event->setExtensionAttributes($this->make('Data\\SalesEventExtensionFactory', [
            'data' => ['objectIncrementId' => (string) $order->getIncrementId()],
        ]));
        return $event;
    }

    private function make(string $factory, array $arguments): object
    {
        return $this->objects->get(self::API . $factory)->create($arguments);
    }
}
