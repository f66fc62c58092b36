<?php
declare(strict_types=1);

namespace JetBridge\Link\Model\Carrier;

use Magento\Quote\Model\Quote\Address\RateRequest;
use Magento\Shipping\Model\Carrier\AbstractCarrier;
use Magento\Shipping\Model\Carrier\CarrierInterface;

/**
 * The shipping method of orders from Jet.com (`shipjetcom_shipjetcom`): chosen at Jet, so no cart is offered it.
 */
class Jet extends AbstractCarrier implements CarrierInterface
{
    public const CODE = 'shipjetcom';

    /** @var string */
    protected $_code = self::CODE;

    /** @var bool */
    protected $_isFixed = true;

    /**
     * @inheritDoc
     */
    public function collectRates(RateRequest $request)
    {
        return false;
    }

    /**
     * @inheritDoc
     */
    public function getAllowedMethods()
    {
        return [self::CODE => $this->getConfigData('name')];
    }
}
