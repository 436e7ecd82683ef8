using System.Collections;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options.Tls;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Tests.Configuration;

/// <summary>Each flag of TLS from each source, and which of them go together.</summary>
public sealed class TlsOptionsTests
{
    private const string Https = "--listen-client-urls=https://127.0.0.1:1";
    private const string Advertised = "--advertise-client-urls=https://127.0.0.1:1";

    private static readonly string[] Pair = [Https, Advertised, "--cert-file=a.crt", "--key-file=a.key"];

    public static TheoryData<string, string, string> Sources
    {
        get
        {
            var sources = new TheoryData<string, string, string>();
            foreach (Setting setting in TlsTable.All.Concat(PeerTlsTable.All))
            {
                foreach (string source in (string[])["flag", "ETCD_", "METASTORE_", "yaml", "etcd yaml"])
                {
                    sources.Add(setting.Flag, source, setting.Example);
                }
            }

            return sources;
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Flag_OfEachSource_IsRead(string flag, string source, string value)
    {
        Setting setting = SettingCatalogue.ByFlag[flag];
        ConfigurationResult result = source switch
        {
            "flag" => Load([$"--{flag}={value}"]),
            "ETCD_" or "METASTORE_" => ConfigurationLoader.Load([], new Hashtable { [source + flag.Replace('-', '_').ToUpperInvariant()] = value }, _ => TextReader.Null),
            "yaml" => Yaml(string.Join("", setting.Path.Split('.').SkipLast(1).Select((part, at) => new string(' ', at * 2) + part + ":\n"))
                + new string(' ', 2 * setting.Path.Count(letter => letter == '.')) + setting.Path.Split('.')[^1] + $": '{value}'"),
            _ => Yaml(EtcdYaml(flag, value)),
        };
        Assert.DoesNotContain(result.Errors, error => error.Where.Contains(flag, StringComparison.Ordinal));
        Assert.Equal(value, setting.Show(result.Options));
    }

    [Theory]
    [InlineData("--listen-client-urls=https://127.0.0.1:1", "and key-file (or auto-tls) must be given to listen on https://127.0.0.1:1")]
    [InlineData("--listen-metrics-urls=https://127.0.0.1:2", "and key-file (or auto-tls) must be given to listen on https://127.0.0.1:2")]
    [InlineData("--listen-client-http-urls=unixs://x", "and key-file (or auto-tls) must be given to listen on unixs://x")]
    [InlineData("--listen-client-urls=https://127.0.0.1:1 --cert-file=a", "--key-file = \"\": must be given too")]
    [InlineData("--listen-client-urls=https://127.0.0.1:1 --key-file=a", "--cert-file = \"\": must be given too")]
    [InlineData("--client-cert-auth", "--trusted-ca-file = \"\": must be given too when client-cert-auth is on")]
    [InlineData("--client-cert-file=a", "--client-key-file = \"\": must be given too")]
    [InlineData("--client-key-file=a", "--client-cert-file = \"\": must be given too")]
    [InlineData("--tls-min-version=TLS1.3 --tls-max-version=TLS1.2", "must not be above tls-max-version (TLS1.2)")]
    [InlineData("--tls-min-version=TLS1.1", "is not one of TLS1.2, TLS1.3")]
    [InlineData("--tls-min-version=TLS1.3 --cipher-suites=TLS_AES_128_GCM_SHA256", "must not be given with tls-min-version TLS1.3")]
    [InlineData("--cipher-suites=TLS_RSA_WITH_NULL_SHA", "names TLS_RSA_WITH_NULL_SHA, which is none of TLS_AES_128_GCM_SHA256")]
    [InlineData("--cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,x", "names x, which is none of")]
    [InlineData("--self-signed-cert-validity=0", "is outside 1 to 1000")]
    [InlineData("--client-cert-allowed-cn=a", "client-cert-allowed-hostname limits them")]
    [InlineData("--listen-client-urls=https://127.0.0.1:1,https://127.0.0.1:1 --auto-tls", "is given twice")]
    [InlineData("--listen-client-urls=https://127.0.0.1:1 --listen-metrics-urls=http://127.0.0.1:1 --auto-tls", "is given twice")]
    public void WhatDoesNotGoTogether_IsRefusedWithOneLine(string arguments, string why)
    {
        ConfigurationResult result = Load([.. arguments.Split(' '), Advertised]);
        Assert.Contains(why, Assert.Single(result.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void HttpAndHttps_OfOneAddress_GoTogether()
    {
        ConfigurationResult result = Load(["--listen-client-urls=http://127.0.0.1:1,https://127.0.0.1:1", .. Pair[1..]]);
        Assert.Empty(result.Errors);
        Assert.Equal([false, true], result.Options.Member.ListenClientUrls.Select(url => url.IsTls));
        Assert.Contains("http://127.0.0.1:1 is cleartext: cert-file and key-file are ignored there", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--auto-tls", "auto-tls is ignored")]
    [InlineData("--client-crl-file=a.crl", "have no effect without trusted-ca-file")]
    [InlineData("--client-cert-allowed-hostname=a", "have no effect without trusted-ca-file")]
    [InlineData("--listen-metrics-urls=http://127.0.0.1:2 --client-cert-auth --trusted-ca-file=a", "client-cert-auth is ignored there")]
    public void WhatIsInVain_IsWarnedOf(string arguments, string why)
    {
        ConfigurationResult result = Load([.. Pair, .. arguments.Split(' ')]);
        Assert.Empty(result.Errors);
        Assert.Contains(result.Warnings, warning => warning.Contains(why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--listen-peer-urls=https://127.0.0.1:1", "and peer-key-file (or peer-auto-tls) must be given to listen on https://127.0.0.1:1")]
    [InlineData("--peer-cert-file=a", "--peer-key-file = \"\": must be given too")]
    [InlineData("--peer-key-file=a", "--peer-cert-file = \"\": must be given too")]
    [InlineData("--peer-client-cert-file=a", "--peer-client-key-file = \"\": must be given too")]
    [InlineData("--peer-client-key-file=a", "--peer-client-cert-file = \"\": must be given too")]
    [InlineData("--peer-client-cert-auth", "--peer-trusted-ca-file = \"\": must be given too when peer-client-cert-auth is on")]
    [InlineData("--peer-cert-allowed-cn=a --peer-cert-allowed-hostname=b", "must not be given with peer-cert-allowed-hostname")]
    [InlineData("--listen-peer-urls=http://0.0.0.0:2380 --require-tls", "can be reached from other machines and has no TLS")]
    [InlineData("--listen-peer-urls=https://0.0.0.0:2380 --peer-auto-tls --require-tls", "require-tls demands that members prove who they are")]
    [InlineData("--listen-client-urls=http://[::]:2379 --require-tls", "can be reached from other machines and has no TLS")]
    public void PeerSettings_ThatDoNotGoTogether_AreRefusedWithOneLine(string arguments, string why)
    {
        ConfigurationResult result = Load([.. arguments.Split(' '), "--advertise-client-urls=http://127.0.0.1:2379"]);
        Assert.Contains(why, Assert.Single(result.Errors).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--listen-peer-urls=https://0.0.0.0:2380 --peer-cert-file=a --peer-key-file=b --peer-trusted-ca-file=c --require-tls", null)]
    [InlineData("--listen-peer-urls=https://0.0.0.0:2380 --peer-auto-tls --peer-secret-file=a --require-tls", null)]
    [InlineData("--listen-peer-urls=http://0.0.0.0:2380 --peer-secret-file=a", null)]
    [InlineData("--listen-peer-urls=http://127.0.0.1:2380", null)]
    [InlineData("--listen-peer-urls=http://0.0.0.0:2380", "ANY MACHINE that reaches http://0.0.0.0:2380 can speak as a member")]
    [InlineData("--listen-peer-urls=https://0.0.0.0:2380 --peer-auto-tls", "ANY MACHINE that reaches https://0.0.0.0:2380 can speak as a member")]
    [InlineData("--listen-peer-urls=https://10.0.0.1:2380 --peer-cert-file=a --peer-key-file=b", "ANY MACHINE that reaches https://10.0.0.1:2380 can speak as a member")]
    public void PeerPort_ThatIsOpenToAll_IsWarnedOf(string arguments, string? said)
    {
        string scheme = arguments.Contains("=https", StringComparison.Ordinal) ? "https" : "http";
        ConfigurationResult result = Load([.. arguments.Split(' '), $"--initial-advertise-peer-urls={scheme}://127.0.0.1:2380"]);
        Assert.Empty(result.Errors);
        Assert.Equal(said is null ? 0 : 1, result.Warnings.Count);
        Assert.All(result.Warnings, warning => Assert.Contains(said!, warning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--peer-cert-file=a --peer-key-file=b", "is cleartext: peer-cert-file and peer-key-file are ignored there")]
    [InlineData("--peer-client-cert-auth --peer-trusted-ca-file=a", "is cleartext: peer-client-cert-auth is ignored there")]
    [InlineData("--peer-cert-file=a --peer-key-file=b --peer-auto-tls", "peer-auto-tls is ignored since peer-cert-file is given")]
    [InlineData("--peer-crl-file=a", "have no effect on members that connect without peer-trusted-ca-file")]
    [InlineData("--initial-advertise-peer-urls=https://127.0.0.1:2380 --initial-cluster=default=https://127.0.0.1:2380", "one has TLS and the other does not")]
    public void PeerSettings_InVain_AreWarnedOf(string arguments, string why)
    {
        ConfigurationResult result = Load(arguments.Split(' '));
        Assert.Empty(result.Errors);
        Assert.Contains(result.Warnings, warning => warning.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void CipherSuites_InGosSpelling_AreThoseOfIana()
    {
        TlsOptions tls = Load(["--cipher-suites=TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305"]).Options.Tls;
        Assert.Equal(
            ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                "TLS_CHACHA20_POLY1305_SHA256"],
            CipherSuiteNames.Read(tls.CipherSuites).Select(suite => suite.ToString()));
    }

    private static string EtcdYaml(string flag, string value) => flag switch
    {
        "client-cert-allowed-hostname" => $"client-transport-security:\n  allowed-hostname: '{value}'",
        "client-crl-file" or "self-signed-cert-validity" or "cipher-suites" or "tls-min-version" or "tls-max-version" or "crl-require-fresh" or "require-tls" or "peer-crl-file" or "peer-secret-file" => $"{flag}: '{value}'",
        "peer-cert-allowed-cn" or "peer-cert-allowed-hostname" => $"peer-transport-security:\n  {flag["peer-cert-".Length..]}: '{value}'",
        _ when flag.StartsWith("peer-", StringComparison.Ordinal) => $"peer-transport-security:\n  {flag["peer-".Length..]}: '{value}'",
        _ => $"client-transport-security:\n  {flag}: '{value}'",
    };

    private static ConfigurationResult Yaml(string text) => ConfigurationLoader.Load(["--config-file", "x"], new Hashtable(), _ => new StringReader(text));

    private static ConfigurationResult Load(string[] arguments) => ConfigurationLoader.Load(arguments, new Hashtable(), _ => TextReader.Null);
}
