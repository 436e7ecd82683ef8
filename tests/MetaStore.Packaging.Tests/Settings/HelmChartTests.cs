using MetaStore.Testing.Processes;
using YamlDotNet.RepresentationModel;
using static MetaStore.Packaging.Tests.Settings.RenderedChart;

namespace MetaStore.Packaging.Tests.Settings;

/// <summary>The Helm chart: helm accepts it, metastore accepts what it sets, its resources refer to each other, and its schema refuses mistakes.</summary>
public sealed class HelmChartTests
{
    private static readonly string[] Secured =
    [
        "tls.client.secretName=client", "tls.client.requireClientCertificates=true", "tls.peer.secretName=peer", "tls.peer.proofSecretName=proof",
        "replicas=5", "engine=rocksdb", "antiAffinity=required", "settings.METASTORE_LOG_LEVEL=debug",
    ];

    public static TheoryData<string[]> Variants => new(
        [],
        Secured,
        ["persistence.enabled=false", "replicas=1", "podLabels.team=a", "podAnnotations.note=b", "imagePullSecrets[0].name=registry", "priorityClassName=high"],
        ["persistence.storageClassName=fast", "nodeSelector.disk=ssd", "tolerations[0].operator=Exists", "service.type=NodePort", "service.annotations.a=b"]);

    [SkippableTheory]
    [MemberData(nameof(Variants))]
    public async Task Chart_PassesTheLinter_AndItsMembersAreAccepted(string[] values)
    {
        Skip.If(Programs.Helm is null, "helm is not installed");
        await LintAsync(values);
        RenderedChart chart = await MakeAsync(values);
        int replicas = int.Parse(chart.StatefulSet["spec"]["replicas"].ToString());
        for (int member = 0; member < replicas; member++)
        {
            Dictionary<string, string> environment = chart.EnvironmentOf(member);
            string effective = await Dotnet.RunAsync("/usr/bin/env", [.. environment.Select(pair => $"{pair.Key}={pair.Value}"), Programs.MetaStore, "--what-if"]);
            Assert.Contains($"server.name: store-metastore-{member}  # METASTORE_NAME", effective, StringComparison.Ordinal);
            Assert.Contains($"store-metastore-{member}={environment["METASTORE_INITIAL_ADVERTISE_PEER_URLS"]}", environment["METASTORE_INITIAL_CLUSTER"], StringComparison.Ordinal);
        }

        Assert.Equal(replicas, chart.EnvironmentOf(0)["METASTORE_INITIAL_CLUSTER"].Split(',').Length);
    }

    [SkippableTheory]
    [MemberData(nameof(Variants))]
    public async Task Resources_ReferToEachOther(string[] values)
    {
        Skip.If(Programs.Helm is null, "helm is not installed");
        RenderedChart chart = await MakeAsync(values);
        var labels = (YamlMappingNode)chart.Pod["metadata"]["labels"];
        YamlNode[] selectors =
        [
            chart.StatefulSet["spec"]["selector"]["matchLabels"], .. chart.Of("Service").Select(service => service["spec"]["selector"]),
            .. chart.Of("PodDisruptionBudget").Select(budget => budget["spec"]["selector"]["matchLabels"]),
        ];
        Assert.All(selectors, selector => Assert.All(((YamlMappingNode)selector).Children, pair => Assert.Equal(pair.Value, labels[pair.Key])));
        YamlNode headless = Assert.Single(chart.Of("Service"), service => Has(service["spec"], "clusterIP") && service["spec"]["clusterIP"].ToString() == "None");
        Assert.Equal(chart.StatefulSet["spec"]["serviceName"], headless["metadata"]["name"]);

        HashSet<string> ports = [.. Items(chart.Container["ports"]).Select(port => port["name"].ToString())];
        Assert.All(chart.Of("Service").SelectMany(service => Items(service["spec"]["ports"])), port => Assert.Contains(port["targetPort"].ToString(), ports));
        Assert.All(new[] { "startupProbe", "livenessProbe", "readinessProbe" }, probe => Assert.Contains(chart.Container[probe]["httpGet"]["port"].ToString(), ports));

        YamlNode spec = chart.Pod["spec"];
        string[] volumes =
        [
            .. Has(spec, "volumes") ? Items(spec["volumes"]).Select(volume => volume["name"].ToString()) : [],
            .. Has(chart.StatefulSet["spec"], "volumeClaimTemplates") ? Items(chart.StatefulSet["spec"]["volumeClaimTemplates"]).Select(claim => claim["metadata"]["name"].ToString()) : [],
        ];
        Assert.Equal(volumes.Order(StringComparer.Ordinal), Items(chart.Container["volumeMounts"]).Select(mount => mount["name"].ToString()).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task SecuredMembers_HaveTheirFilesWhereTheSecretsAre()
    {
        Skip.If(Programs.Helm is null, "helm is not installed");
        RenderedChart chart = await MakeAsync(Secured);
        string[] mounts = [.. Items(chart.Container["volumeMounts"]).Select(mount => mount["mountPath"].ToString())];
        (string Name, string Path)[] files = [.. chart.EnvironmentOf(0).Where(pair => pair.Key.EndsWith("_FILE", StringComparison.Ordinal)).Select(pair => (pair.Key, pair.Value))];
        Assert.Equal(7, files.Length);
        Assert.All(files, file => Assert.Contains(Path.GetDirectoryName(file.Path), mounts));
        Assert.StartsWith("https://", chart.EnvironmentOf(0)["METASTORE_LISTEN_CLIENT_URLS"], StringComparison.Ordinal);
        Assert.StartsWith("https://", chart.EnvironmentOf(0)["METASTORE_LISTEN_PEER_URLS"], StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("replicas=2", "replicas")]
    [InlineData("engine=bolt", "engine")]
    [InlineData("tls.client.requireClientCertificates=true", "secretName")]
    [InlineData("settings.LOG_LEVEL=debug", "LOG_LEVEL")]
    [InlineData("replica=3", "replica")]
    [InlineData("persistence.size=big", "size")]
    public async Task Schema_RefusesMistakes(string value, string named)
    {
        Skip.If(Programs.Helm is null, "helm is not installed");
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => MakeAsync(value));
        Assert.Contains("schema", refused.Message, StringComparison.Ordinal);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }
}
