namespace MetaStore.Robustness.HostileClient;

/// <summary>A put that took long.</summary>
/// <param name="AtSeconds">When it began, since the client's first put.</param>
/// <param name="Milliseconds">From the put to its success, attempts that failed included.</param>
public sealed record SlowPut(double AtSeconds, double Milliseconds)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Milliseconds:N0} ms at {AtSeconds:N0} s";
}
