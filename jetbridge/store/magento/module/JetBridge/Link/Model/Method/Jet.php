<?php
declare(strict_types=1);

namespace JetBridge\Link\Model\Method;

use Magento\Payment\Model\InfoInterface;
use Magento\Payment\Model\Method\AbstractMethod;

/**
 * The payment of orders from Jet.com: Jet has the buyer's money, so the store takes none and gives none back.
 *
 * It is no choice at checkout; invoices and refunds of such orders are book-keeping alone.
 */
class Jet extends AbstractMethod
{
    public const CODE = 'payjetcom';

    /** @var string */
    protected $_code = self::CODE;

    /** @var bool */
    protected $_isOffline = true;

    /** @var bool */
    protected $_canCapture = true;

    /** @var bool */
    protected $_canCapturePartial = true;

    /** @var bool */
    protected $_canRefund = true;

    /** @var bool */
    protected $_canRefundInvoicePartial = true;

    /** @var bool */
    protected $_canUseCheckout = false;

    /** @var bool */
    protected $_canUseInternal = true;

    /**
     * @inheritDoc
     */
    public function capture(InfoInterface $payment, $amount)
    {
        return $this;
    }

    /**
     * @inheritDoc
     */
    public function refund(InfoInterface $payment, $amount)
    {
        return $this;
    }
}
