using System.CommandLine;
using MetaStore.Cli.Certificates;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Reference;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Commands.Certificates;

/// <summary><c>metactl cert ca | member | client | revoke | show</c>: an authority in a folder, and certificates for members and clients.</summary>
internal static class CertCommand
{
    private static readonly Option<string> Folder = new("--dir") { Description = "folder of the authority and its certificates", DefaultValueFactory = _ => ".", HelpName = ValueEntry.DirectoryName };

    private static readonly Option<string> CommonName = new("--cn") { Description = "common name; the name of the certificate by default" };

    private static readonly Option<bool> Rsa = new("--rsa") { Description = "an RSA key of 3072 bits in place of ECDSA P-256" };

    private static readonly Option<bool> Force = new("--force") { Description = "overwrite existing files" };

    public static Command Build() => new("cert", "Certificates for development: an authority, members, clients, revocation")
    {
        Authority(), Issue("member", CertificatePurpose.Member), Issue("client", CertificatePurpose.Client), CertRevokeCommand.Build(Folder), CertShowCommand.Build(),
    };

    private static Command Authority()
    {
        var name = new Option<string>("--cn") { Description = "common name", DefaultValueFactory = _ => "MetaStore development CA" };
        var days = Days(3650);
        var command = new Command("ca", "Makes an authority: ca.crt, ca.key, and ca.crl, an empty list of revoked certificates") { VerbWords.Ignored(), Folder, name, days, Rsa, Force };
        command.SetOfflineAction((parsed, _) =>
        {
            if (parsed.Plain().Length > 0)
            {
                throw new UsageException("cert ca takes no arguments");
            }

            var folder = new CertificateFolder(parsed.GetValue(Folder)!);
            DevelopmentAuthority.Create(folder, parsed.GetValue(name)!, DaysOf(parsed, days), parsed.GetValue(Rsa), parsed.GetValue(Force));
            Written(folder, CertificateFolder.Authority);
            Terminal.Out.WriteLine(folder.RevocationList);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Issue(string verb, CertificatePurpose purpose)
    {
        var isMember = purpose == CertificatePurpose.Member;
        var hosts = new ListOption("--hosts")
        {
            Description = isMember ? "names and addresses by which it is reached, comma separated; its name, localhost, 127.0.0.1 and ::1 by default" : "names and addresses, comma separated",
        };
        var days = Days(365);
        var command = new Command(verb, isMember
            ? "Makes the certificate and key of a member, for clients and for other members: NAME.crt and NAME.key"
            : "Makes the certificate and key of a client: NAME.crt and NAME.key")
        {
            VerbWords.Of("name", isMember ? "the member" : "the client, and its common name, which is the name of the user"), Folder, hosts, CommonName, days, Rsa, Force,
        };
        command.SetOfflineAction((parsed, _) =>
        {
            var name = parsed.Plain() is [{ Length: > 0 } only] && only != CertificateFolder.Authority ? only : throw new UsageException($"cert {verb} needs one name, other than {CertificateFolder.Authority}");
            var folder = new CertificateFolder(parsed.GetValue(Folder)!);
            string[] sans = parsed.GetValue(hosts) is { Length: > 0 } given
                ? given.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                : isMember ? [name, "localhost", "127.0.0.1", "::1"] : [];
            using var authority = DevelopmentAuthority.Open(folder);
            var plan = new CertificateRequestPlan(parsed.GetValue(CommonName) ?? name, sans, DaysOf(parsed, days), purpose);
            authority.Issue(name, plan, parsed.GetValue(Rsa), parsed.GetValue(Force));
            Written(folder, name);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Written(CertificateFolder folder, string name)
    {
        Terminal.Out.WriteLine(folder.Certificate(name));
        Terminal.Out.WriteLine(folder.Key(name));
    }

    private static Option<int> Days(int usual) => new("--days") { Description = "days that it is valid", DefaultValueFactory = _ => usual };

    private static int DaysOf(ParseResult parsed, Option<int> days) =>
        parsed.GetValue(days) is > 0 and <= 36_500 and var count ? count : throw new UsageException("--days must be from 1 to 36500");
}
