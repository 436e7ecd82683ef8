using System.Globalization;
using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>Names in the script for values that differ between clusters: addresses, member ids, the cluster id, leases.</summary>
/// <remarks>
/// In a command {name} is replaced by the value; in an output the value is replaced by &lt;name&gt;. Names: n1 and n1-peer (host:port; a command gets the URL
/// of n1 where members have TLS, and https for the http:// before either),
/// all (every client address), dir (a directory for files), id-n1 (member id in hex), cluster, lease-1 (the first granted lease), id-x (a member added as x).
/// </remarks>
internal sealed partial class ScriptNames
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _endpoints = new(StringComparer.Ordinal);
    private readonly string _scheme;
    private int _leases;

    internal ScriptNames(ProcessCluster cluster)
    {
        _scheme = cluster.Security.Scheme;
        _values["all"] = cluster.Endpoints;
        _values["dir"] = Path.GetDirectoryName(cluster.Nodes[0].DataDirectory)!;
        foreach (var node in cluster.Nodes)
        {
            _values[node.Name] = node.Address;
            _endpoints[node.Name] = node.Endpoint;
            _values[$"{node.Name}-peer"] = $"127.0.0.1:{node.PeerPort}";
        }
    }

    /// <summary>Adds an id that is printed in hex in some outputs and in decimal in others.</summary>
    internal void AddId(string name, ulong id)
    {
        _values[name] = id.ToString("x", CultureInfo.InvariantCulture);
        _values[$"{name}-dec"] = id.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Reads new names from a command's output.</summary>
    internal void Learn(string output)
    {
        foreach (Match granted in LeaseGranted().Matches(output))
        {
            AddId($"lease-{++_leases}", ulong.Parse(granted.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            _values[$"lease-{_leases}"] = granted.Groups[1].Value;
        }

        if (MemberAdded().Match(output) is { Success: true } added)
        {
            AddId($"id-{added.Groups[2].Value}", ulong.Parse(added.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }
    }

    internal string Fill(string command) => Placeholder().Replace(command, Filled);

    internal string Mask(string output)
    {
        // The longest first: a short id may be part of a longer one.
        foreach (var (name, value) in _values.OrderByDescending(pair => pair.Value.Length).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            output = output.Replace(value, $"<{name}>", StringComparison.Ordinal);
        }

        return output;
    }

    private string Filled(Match place)
    {
        var (scheme, name) = (place.Groups[1].Value, place.Groups[2].Value);
        return !_values.TryGetValue(name, out var value) ? place.Value
            : scheme.Length == 0 ? _endpoints.GetValueOrDefault(name, value)
            : (scheme == "http" ? _scheme : scheme) + "://" + value;
    }

    [GeneratedRegex("lease ([0-9a-f]{16}) granted")]
    private static partial Regex LeaseGranted();

    [GeneratedRegex("""Member +([0-9a-f]+) added to cluster.*?ETCD_NAME="([^"]+)""", RegexOptions.Singleline)]
    private static partial Regex MemberAdded();

    [GeneratedRegex(@"(?:([a-z]+)://)?\{([a-z0-9-]+)\}")]
    private static partial Regex Placeholder();
}
