using MetaStore.Batching.SettingTable;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Configuration.Options.Tls;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration.Options;

/// <summary>Rules between settings. Each violation has its own message; none hides another.</summary>
internal static class OptionsValidator
{
    /// <summary>Derives settings from others: a cluster of one member uses its own name and peer addresses.</summary>
    public static void Complete(MetaStoreOptions options, IReadOnlyDictionary<string, string> sources)
    {
        if (options.Cluster.InitialCluster.Length == 0 && !sources.ContainsKey("initial-cluster"))
        {
            options.Cluster.InitialCluster = [new InitialMember(options.Member.Name, [.. options.Cluster.AdvertisePeerUrls.Select(url => url.Text)])];
        }
    }

    /// <summary>Checks rules that involve more than one setting.</summary>
    /// <param name="options">Filled options.</param>
    /// <param name="sources">Sources of the values.</param>
    /// <param name="earlier">Errors found before; a rule is skipped when its value was already rejected.</param>
    public static List<ConfigurationError> Check(
        MetaStoreOptions options, IReadOnlyDictionary<string, string> sources, IReadOnlyList<ConfigurationError> earlier)
    {
        var found = new List<ConfigurationError>();

        bool Sound(string flag) => !sources.TryGetValue(flag, out string? where) || !earlier.Any(error => error.Where == where);
        void Require(bool holds, string flag, string why, string? example, params string[] others)
        {
            if (!holds && Sound(flag) && others.All(Sound))
            {
                Setting setting = SettingCatalogue.ByFlag[flag];
                found.Add(new ConfigurationError(sources.GetValueOrDefault(flag, "--" + flag), setting.Show(options), why, example));
            }
        }

        ConsensusOptions raft = options.Consensus;
        Require(raft.ElectionTimeout >= 5 * raft.HeartbeatInterval, "election-timeout",
            $"must be at least 5 x heartbeat-interval ({Durations.Format(raft.HeartbeatInterval)})", Durations.Format(10 * raft.HeartbeatInterval), "heartbeat-interval");

        foreach (BatchSettingRule rule in BatchSettingTable.Rules)
        {
            string? fault = rule.Fault(options.Batch.Settings);
            Require(fault is null, rule.Setting.Flag, fault ?? "", rule.Limit.Text(rule.Limit.Read(options.Batch.Settings)), rule.Limit.Flag);
        }

        AdmissionOptions admission = options.Admission;
        Require(admission.MinCredits <= admission.MaxCredits, "admission-min-credits", $"must not exceed admission-max-credits ({admission.MaxCredits})", "100",
            "admission-max-credits");
        Require(admission.MinCredits > admission.MaxCredits || (admission.InitialCredits >= admission.MinCredits && admission.InitialCredits <= admission.MaxCredits),
            "admission-initial-credits", $"must be from admission-min-credits ({admission.MinCredits}) to admission-max-credits ({admission.MaxCredits})", "1000",
            "admission-min-credits", "admission-max-credits");
        Require(admission.MemoryThreshold > 0, "admission-memory-threshold", "must be above 0", "0.7");

        Require(options.Member.Name.Length is > 0 and <= 256, "name", "must have 1 to 256 characters", "node1");
        Require(!options.Member.Name.AsSpan().ContainsAny(",=/ "), "name", "must not contain a comma, an equals sign, a slash or a space", "node1");
        Require(!sources.ContainsKey("listen-client-urls") || sources.ContainsKey("advertise-client-urls"), "advertise-client-urls",
            "must be given too when listen-client-urls is given", "http://10.0.0.1:2379");
        Require(options.Upkeep.TryReadRetention(out _, out _), "auto-compaction-retention",
            options.Upkeep.CompactionMode == "revision" ? "must be a number of revisions" : "must be a duration of at most 3650 days, or a number of hours",
            options.Upkeep.CompactionMode == "revision" ? "1000" : "1h", "auto-compaction-mode");
        CheckListen(options, found, sources, "listen-client-urls", options.Member.ListenClientUrls);
        CheckListen(options, found, sources, "listen-client-http-urls", options.Member.ListenClientHttpUrls);
        CheckListen(options, found, sources, "listen-metrics-urls", options.Member.ListenMetricsUrls);
        CheckListen(options, found, sources, "listen-peer-urls", options.Member.ListenPeerUrls);
        Require(options.Member.ListenPeerUrls.Length == 1, "listen-peer-urls",
            "must be one address; 0.0.0.0 and [::] listen on all addresses of the machine", "http://0.0.0.0:2380");
        TlsRules.Check(options, Require);
        PeerTlsRules.Check(options, Require);
        AuthRules.Check(options, Require);
        LogOutputRules.Check(options.Logging, Require);
        CheckInitialCluster(options, Require);
        return found;
    }

    private static void CheckListen(
        MetaStoreOptions options, List<ConfigurationError> found, IReadOnlyDictionary<string, string> sources, string flag, EndpointUrl[] urls)
    {
        foreach (EndpointUrl url in urls)
        {
            if (url.SocketPath is null && url.Host != "localhost" && !System.Net.IPAddress.TryParse(url.Host, out _))
            {
                found.Add(new ConfigurationError(sources.GetValueOrDefault(flag, "--" + flag), url.Text, "must name an IP address or localhost to listen on", "http://0.0.0.0:2379"));
            }
        }

        string? twice = ListenedTwice(options.Member);
        if (twice is not null && flag == "listen-peer-urls")
        {
            found.Add(new ConfigurationError(sources.GetValueOrDefault(flag, "--" + flag), twice, "is given twice", "http://localhost:2380"));
        }
    }

    /// <summary>An address of two ports, or two times the same of one. http and https of one address share a port of clients, and one of metrics.</summary>
    private static string? ListenedTwice(MemberOptions member)
    {
        (EndpointUrl Url, string Port)[] listened =
        [
            .. member.ListenClientUrls.Concat(member.ListenClientHttpUrls).Select(url => (url, "client")),
            .. member.ListenMetricsUrls.Select(url => (url, "metrics")),
            .. member.ListenPeerUrls.Select(url => (url, "peer")),
        ];
        return listened.Where(entry => entry.Url.Port != 0 || entry.Url.SocketPath is not null)
            .GroupBy(entry => entry.Url.Address)
            .FirstOrDefault(group => group.Select(entry => entry.Port).Distinct().Count() > 1 || group.Select(entry => entry.Url.Text).Distinct().Count() < group.Count())
            ?.First().Url.Text;
    }

    private static void CheckInitialCluster(MetaStoreOptions options, RequireRule require)
    {
        InitialMember? self = options.Cluster.InitialCluster.FirstOrDefault(member => member.Name == options.Member.Name);
        if (self is null)
        {
            require(false, "initial-cluster", $"does not contain this member's name \"{options.Member.Name}\"", $"{options.Member.Name}=http://10.0.0.1:2380", "name");
            return;
        }

        var advertised = options.Cluster.AdvertisePeerUrls.Select(url => url.Text.Replace("//localhost:", "//127.0.0.1:", StringComparison.Ordinal)).ToHashSet();
        var listed = self.PeerUrls.Select(url => url.Replace("//localhost:", "//127.0.0.1:", StringComparison.Ordinal)).ToHashSet();
        require(advertised.SetEquals(listed), "initial-advertise-peer-urls",
            $"must be the addresses that initial-cluster gives for \"{options.Member.Name}\" ({string.Join(',', self.PeerUrls)})",
            string.Join(',', self.PeerUrls), "initial-cluster");
    }

    /// <summary>Adds an error for a setting unless a rule holds, or a setting that the rule compares was already rejected.</summary>
    public delegate void RequireRule(bool holds, string flag, string why, string? example, params string[] others);
}
