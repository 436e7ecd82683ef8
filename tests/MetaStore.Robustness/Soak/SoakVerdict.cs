using System.Globalization;

namespace MetaStore.Robustness.Soak;

/// <summary>How one quantity of one member behaved, in units of the table.</summary>
/// <param name="Quantity">Which.</param>
/// <param name="Member">Whose.</param>
/// <param name="Median">After the warm-up.</param>
/// <param name="Rise">Slope times the measured time.</param>
/// <param name="RiseLow">Lower end of its 95 % interval.</param>
/// <param name="RiseHigh">Upper end.</param>
/// <param name="Allowed">The rise that counts as flat.</param>
/// <param name="PerHour">The slope.</param>
public sealed record SoakVerdict(SoakQuantity Quantity, string Member, double Median, double Rise, double RiseLow, double RiseHigh, double Allowed, double PerHour)
{
    /// <summary>True when it certainly rises and by more than is allowed.</summary>
    public bool Grows => RiseLow > 0 && Rise > Allowed;

    /// <summary>One line of a Markdown table.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Quantity.Name} | {Member} | {Median:0.0} | {Rise:+0.00;-0.00;0} | {RiseLow:+0.00;-0.00;0} to {RiseHigh:+0.00;-0.00;0} | {PerHour:+0.00;-0.00;0} | {Allowed:0.0} | {(Grows ? "GROWS" : "flat")} |");
}
