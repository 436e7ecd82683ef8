using System.Text;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Hosting;

namespace MetaStore.Fuzz.Targets;

/// <summary>A configuration: a file, a command line of one argument a line, or environment variables of one a line. The first byte says which. What is accepted can be used, and gives the same configuration when it is given as it is shown.</summary>
internal static class ConfigTarget
{
    private const string Name = "metastore.yaml";

    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        string text = Encoding.UTF8.GetString(input, 1, input.Length - 1);
        ConfigurationResult result = (input[0] % 3) switch
        {
            0 => Load(["--config-file", Name], [], text),
            1 => Load(text.Split('\n'), [], ""),
            _ => Load([], Variables(text), ""),
        };
        _ = ConfigurationText.WhatIf(result);
        _ = ConfigurationText.Errors(result.Errors);
        if (result.Errors.Count > 0)
        {
            return false;
        }

        Use(result.Options);
        CheckShown(result.Options);
        return true;
    }

    public static IEnumerable<byte[]> Seeds() =>
        new (byte Source, string Text)[]
        {
            (0, "server:\n  name: n1\n  data_dir: \"\"\n  listen_client_urls: http://localhost:2379 # two\n  advertise_client_urls: [http://n1:2379, 'https://[::1]:2379']\n  raft:\n    election_timeout: 1s\n"),
            (0, "name: &n n1\ninitial-cluster: \"n1=http://10.0.0.1:2380,n2=http://[fd00::2]:2380\"\nsnapshot-count: 0x3e8\nclient-transport-security:\n  cert-file: a\n  key-file: b\nlog-level: !!str debug\ninitial-advertise-peer-urls: http://10.0.0.1:2380\nenable-grpc-gateway: on\n"),
            (0, "{name: n1, quota-backend-bytes: 1000000000, listen-peer-urls: [ 'http://0.0.0.0:2380' ]}\n..."),
            (0, "%YAML 1.1\n---\n? max-txn-ops\n: 128\nauto-compaction-retention: \"1\"\ndiscovery-config: {}\n"),
            (1, "--name\nn1\n--listen-client-urls=http://0.0.0.0:2379,unix:///run/m.sock\n-advertise-client-urls\nhttp://n1:2379\n--strict-reconfig-check\n--feature-gates=InitialCorruptCheck=true,AllAlpha=false"),
            (1, "--initial-cluster=n1=http://n1:1,n1=https://n1:2\n--initial-advertise-peer-urls=http://n1:1,https://n1:2\n--name=n1\n--auth-token=jwt,pub-key=a,sign-method=RS256,ttl=10m\n--what-if"),
            (2, "METASTORE_NAME=n1\nETCD_INITIAL_CLUSTER=n1=http://n1:1\nETCD_INITIAL_ADVERTISE_PEER_URLS=http://n1:1\nMETASTORE_PORT=tcp://10.0.0.1:2379\nETCD_HEARTBEAT_INTERVAL=100"),
        }.Select(seed => (byte[])[seed.Source, .. Encoding.UTF8.GetBytes(seed.Text)]);

    private static ConfigurationResult Load(string[] arguments, Dictionary<string, string> environment, string file) =>
        ConfigurationLoader.Load(arguments, environment, _ => new StringReader(file));

    private static Dictionary<string, string> Variables(string text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string[] variable in text.Split('\n').Select(line => line.Split('=', 2)))
        {
            variables[variable[0]] = variable[^1];
        }

        return variables;
    }

    /// <summary>Gives every setting that was not left empty the value that it shows, as a flag.</summary>
    private static void CheckShown(MetaStoreOptions options)
    {
        string[] flags = [.. SettingCatalogue.All.Where(setting => setting.Show(options).Length > 0).Select(setting => $"--{setting.Flag}={setting.Show(options)}")];
        ConfigurationResult again = Load(flags, [], "");
        Setting? other = SettingCatalogue.All.FirstOrDefault(setting => setting.Show(again.Options) != setting.Show(options));
        if (again.Errors.Count > 0 || other is not null)
        {
            throw new InvalidOperationException($"what is shown is not the same configuration: {other?.Flag} {ConfigurationText.Errors(again.Errors)}");
        }
    }

    /// <summary>Makes of the options what a start makes of them.</summary>
    private static void Use(MetaStoreOptions options)
    {
        _ = RuntimeOptions.Batching(options);
        _ = RuntimeOptions.Admission(options);
        IEnumerable<EndpointUrl> listened = options.Member.ListenClientUrls.Concat(options.Member.ListenClientHttpUrls).Concat(options.Member.ListenMetricsUrls);
        foreach (EndpointUrl url in listened.Concat(options.Member.ListenPeerUrls).Where(url => url.SocketPath is null))
        {
            _ = RuntimeOptions.EndPoint(url);
        }

        IEnumerable<string> announced = options.Member.AdvertiseClientUrls.Concat(options.Cluster.AdvertisePeerUrls).Select(url => url.Text);
        foreach (string url in announced.Concat(options.Cluster.InitialCluster.SelectMany(member => member.PeerUrls)))
        {
            _ = new Uri(url).IdnHost;
        }
    }
}
