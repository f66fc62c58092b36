<?php
declare(strict_types=1);

namespace JetBridge\Link\Model;

use JetBridge\Link\Api\ReservationInterface;
use JetBridge\Link\Model\Stock\Legacy;
use JetBridge\Link\Model\Stock\MultiSource;
use Magento\Framework\App\ResourceConnection;
use Magento\Framework\DB\Adapter\DuplicateException;
use Magento\Sales\Api\Data\OrderInterface;
use Magento\Sales\Api\OrderRepositoryInterface;

/**
 * Reserves an order's units and marks it, both in one transaction.
 *
 * The mark stands in a table of its own: reservations that add up to zero are deleted every night, so their presence
 * proves nothing. Of two calls at once the second waits for the first one's row, and finds the order marked.
 */
class Reservation implements ReservationInterface
{
    private const TABLE = 'jetbridge_link_reservation';

    public function __construct(
        private readonly OrderRepositoryInterface $orders,
        private readonly ResourceConnection $resource,
        private readonly MultiSource $multiSource,
        private readonly Legacy $legacy
    ) {
    }

    /**
     * @inheritDoc
     */
    public function reserve(int $id): bool
    {
        $order = $this->orders->get($id);
        $connection = $this->resource->getConnection();
        $connection->beginTransaction();
        try {
            $connection->insert($this->resource->getTableName(self::TABLE), ['order_id' => $id]);
            $this->book($order);
            $connection->commit();
        } catch (DuplicateException $taken) {
            $connection->rollBack();
            if ($this->isMarked($id)) {
                return false;
            }
            throw $taken;
        } catch (\Throwable $failed) {
            $connection->rollBack();
            throw $failed;
        }
        $this->afterwards($order);
        return true;
    }

    private function isMarked(int $id): bool
    {
        $connection = $this->resource->getConnection();
        $select = $connection->select()->from($this->resource->getTableName(self::TABLE), 'order_id')
            ->where('order_id = ?', $id);
        return (bool) $connection->fetchOne($select);
    }

    private function book(OrderInterface $order): void
    {
        if ($this->multiSource->isThere()) {
            $this->multiSource->reserve($order, $this->lines($order));
        } else {
            $this->legacy->lower($order, $this->lines($order));
        }
    }

    /**
     * Indexes are brought up to date outside of the transaction: they are derived, and the units are booked.
     */
    private function afterwards(OrderInterface $order): void
    {
        if (!$this->multiSource->isThere()) {
            $this->legacy->reindex($this->lines($order));
        }
    }

    /**
     * The lines that take stock: of a configurable product or a bundle, that is what it consists of.
     *
     * @return \Magento\Sales\Api\Data\OrderItemInterface[]
     */
    private function lines(OrderInterface $order): array
    {
        $parents = [];
        foreach ($order->getItems() as $line) {
            if ($line->getParentItemId()) {
                $parents[(int) $line->getParentItemId()] = true;
            }
        }
        return array_filter(
            $order->getItems(),
            static fn ($line): bool => !isset($parents[(int) $line->getItemId()]) && (float) $line->getQtyOrdered() > 0
        );
    }
}
