using System.Reflection;

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

    /// <summary>The product version, made from the tag: "0.1.0", or "0.1.1-alpha.0.12" twelve commits after it. Without the commit's hash, which follows a plus sign.</summary>
    public static string Product { get; } =
        typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
