<?php
declare(strict_types=1);

namespace JetBridge\Link\Api;

/**
 * Reserves what an order takes that was sent through the API: Magento itself reserves only what its checkout places.
 *
 * @api
 */
interface ReservationInterface
{
    /**
     * Reserve the units of an order, once: true for the call that did it, false for every later one.
     *
     * @param int $id Entity ID of the order
     * @return bool
     * @throws \Magento\Framework\Exception\NoSuchEntityException There is no such order
     * @throws \Magento\Framework\Exception\LocalizedException Nothing was reserved, and nothing was marked
     */
    public function reserve(int $id): bool;
}
