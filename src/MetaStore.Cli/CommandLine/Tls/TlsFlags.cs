using System.CommandLine;
using MetaStore.Client;

namespace MetaStore.Cli.CommandLine.Tls;

/// <summary>The global flags about TLS, with etcdctl's names, and what they mean together.</summary>
/// <remarks>
/// An endpoint that is written with https:// always uses TLS. One without a scheme uses it when a certificate, a key or authorities are given, or with
/// --insecure-transport=false; one with http:// never.
/// </remarks>
internal static class TlsFlags
{
    /// <summary>Verifies members' certificates.</summary>
    public static readonly GlobalFlag Authorities = new(new Option<string>("--cacert") { Description = "PEM of the authorities that members' certificates must come from", HelpName = "file" }, string.Empty);

    /// <summary>Is shown to members.</summary>
    public static readonly GlobalFlag Certificate = new(new Option<string>("--cert") { Description = "PEM of the certificate that is shown to members", HelpName = "file" }, string.Empty);

    /// <summary>Its key.</summary>
    public static readonly GlobalFlag Key = new(new Option<string>("--key") { Description = "PEM of the private key of --cert", HelpName = "file" }, string.Empty);

    /// <summary>Does without verifying.</summary>
    public static readonly GlobalFlag SkipVerify = new(new Option<bool>("--insecure-skip-tls-verify") { Description = "take any certificate of a member; for tests" }, "false");

    /// <summary>TLS also for endpoints without a scheme, when false.</summary>
    public static readonly GlobalFlag Plaintext = new(new Option<bool>("--insecure-transport") { Description = "no TLS for endpoints without a scheme, unless certificates are given", Hidden = true }, "true");

    /// <summary>Whether endpoints without a scheme use TLS.</summary>
    public static bool IsWanted(ParseResult parsed) => HasFiles(parsed) || !Plaintext.IsTrue(parsed);

    /// <summary>What https endpoints are verified by; null for the system's trust alone.</summary>
    /// <exception cref="UsageException">Of --cert and --key one is missing.</exception>
    public static ClientTlsOptions? Read(ParseResult parsed)
    {
        var (certificate, key) = (Certificate.Text(parsed), Key.Text(parsed));
        if ((certificate.Length == 0) != (key.Length == 0))
        {
            throw new UsageException($"KeyFile and CertFile must both be present[key: {key}, cert: {certificate}]; give --cert and --key");
        }

        return !HasFiles(parsed) && !SkipVerify.IsTrue(parsed) ? null : new ClientTlsOptions
        {
            AuthoritiesFile = FileOf(Authorities, parsed),
            CertificateFile = FileOf(Certificate, parsed),
            KeyFile = FileOf(Key, parsed),
            InsecureSkipVerify = SkipVerify.IsTrue(parsed),
        };
    }

    private static bool HasFiles(ParseResult parsed) => new[] { Authorities, Certificate, Key }.Any(flag => flag.Text(parsed).Length > 0);

    private static string? FileOf(GlobalFlag flag, ParseResult parsed) => flag.Text(parsed) is { Length: > 0 } path ? path : null;
}
