namespace MetaStore.Server.Configuration.Values;

/// <summary>Versions that this server reports.</summary>
internal static class Versions
{
    /// <summary>The etcd release that is reported to clients, which enable features by it.</summary>
    public const string Announced = "3.6.14";

    /// <summary>Major and minor of <see cref="Announced"/>, as the cluster version.</summary>
    public const string Cluster = "3.6.0";

    /// <summary>Major and minor only.</summary>
    public const string ClusterSeries = "3.6";

    /// <summary>The product version.</summary>
    public static string Product { get; } = typeof(Versions).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
