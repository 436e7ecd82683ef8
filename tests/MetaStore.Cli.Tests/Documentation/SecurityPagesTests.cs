using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Documentation;

/// <summary>Runs the commands of docs/security.md and docs/users.md; the quick start of the former is in <see cref="Certificates.SecurityQuickStartTests"/>.</summary>
public sealed class SecurityPagesTests
{
    /// <summary>The files that the pages take for granted.</summary>
    private const string Certificates = """
        metactl cert ca --dir .
        metactl cert member server --dir .
        metactl cert member n1 --dir .
        metactl cert client app --hosts app.example.com --dir .
        cp ca.crt peer-ca.crt

        """;

    [SkippableFact]
    public async Task Security_EveryCommand_Works()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed");
        var blocks = CommandBlock.RunOf("docs/security.md");
        Assert.Equal(6, blocks.Count);
        using var shell = new GuideShell();
        var flags = blocks[1].Lines.Single(line => line.StartsWith("metastore ", StringComparison.Ordinal))["metastore ".Length..];
        var commands = string.Join('\n', blocks.Skip(1).Select((block, at) => at switch
        {
            // "..." are the flags of the command before it, or those of a member without TLS for clients.
            1 => block.Commands.Replace("metastore ...", "metastore " + flags, StringComparison.Ordinal),
            _ => block.Commands.Replace("...", "--data-dir other", StringComparison.Ordinal),
        }));
        var said = await shell.RunAsync(Certificates + commands
            .Replace(",n2=https://n2.example.com:2380,n3=https://n3.example.com:2380", "", StringComparison.Ordinal)
            .Replace("n1.example.com:2380", shell.Peer, StringComparison.Ordinal).Replace("0.0.0.0:2380", shell.Peer, StringComparison.Ordinal)
            .Replace("db1.example.com:2379", shell.Client, StringComparison.Ordinal).Replace("0.0.0.0:2379", shell.Client, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:2381", $"http://127.0.0.1:{FreePorts.Take(1)[0]}", StringComparison.Ordinal));
        Assert.Contains("OK\nk\nv\n", said, StringComparison.Ordinal);
        Assert.Contains("Authentication Enabled", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_EveryCommand_Works()
    {
        var blocks = CommandBlock.RunOf("docs/users.md");
        Assert.Equal(5, blocks.Count);
        using var shell = new GuideShell();
        var said = await shell.RunAsync(string.Join('\n',
            "metastore --data-dir simple",
            blocks[0].Commands,
            blocks[1].Commands.Replace("localhost:2379", shell.Client, StringComparison.Ordinal),
            blocks[4].Commands,
            blocks[2].Commands.Replace("--auth-token jwt", "--data-dir jwt --auth-token jwt", StringComparison.Ordinal)));
        Assert.Contains("\"value\":\"MQ==\"", said, StringComparison.Ordinal);
        Assert.Contains("role app: readwrite on [\"app/\", \"app0\")", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_ByCertificate_EveryCommand_Works()
    {
        using var shell = new GuideShell();
        var block = CommandBlock.RunOf("docs/users.md")[3];
        var said = await shell.RunAsync($"""
            {Certificates}
            metastore --data-dir certificates --listen-client-urls https://{shell.Client} --advertise-client-urls https://{shell.Client} --cert-file server.crt --key-file server.key --trusted-ca-file ca.crt --client-cert-auth
            export METACTL_ENDPOINTS=https://{shell.Client}
            metactl() (unset METACTL_CACERT; command metactl --cacert ca.crt --cert n1.crt --key n1.key "$@")
            metactl role add app
            metactl role grant-permission app readwrite app/ --prefix
            metactl user add root --no-password
            {block.Lines[0]}
            {block.Lines[1]}
            metactl auth enable
            unset -f metactl
            {block.Lines[2].Replace("db1.example.com:2379", shell.Client, StringComparison.Ordinal)}
            """);
        Assert.EndsWith("OK\n", said, StringComparison.Ordinal);
    }
}
