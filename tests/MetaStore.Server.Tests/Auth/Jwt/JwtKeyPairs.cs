using System.Security.Cryptography;
using MetaStore.Server.Auth.Jwt;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Auth.Jwt;

/// <summary>Key files of every sign method.</summary>
internal static class JwtKeyPairs
{
    /// <summary>RFC 8032 section 7.1, test 1: the private part, then the public one.</summary>
    private const string Ed25519Private = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    private const string Ed25519Public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    /// <summary>Contents of pub-key and priv-key; the first is null for HS.</summary>
    public static (byte[]? Public, byte[] Private) Of(string method)
    {
        switch (method[..2])
        {
            case "HS":
                return (null, "a secret of any length\n"u8.ToArray());
            case "ES":
                using (var key = ECDsa.Create(method switch
                {
                    "ES256" => ECCurve.NamedCurves.nistP256,
                    "ES384" => ECCurve.NamedCurves.nistP384,
                    _ => ECCurve.NamedCurves.nistP521,
                }))
                {
                    return (Pem("PUBLIC KEY", key.ExportSubjectPublicKeyInfo()), Pem("EC PRIVATE KEY", key.ExportECPrivateKey()));
                }

            case "Ed":
                byte[] der = Convert.FromHexString("302e020100300506032b657004220420" + Ed25519Private);
                return (Pem("PUBLIC KEY", Convert.FromHexString("302a300506032b6570032100" + Ed25519Public)), Pem("PRIVATE KEY", der));
            default:
                using (var key = RSA.Create(2048))
                {
                    return (Pem("PUBLIC KEY", key.ExportSubjectPublicKeyInfo()), Pem("RSA PRIVATE KEY", key.ExportRSAPrivateKey()));
                }
        }
    }

    /// <summary>A key that signs.</summary>
    public static JwtKey Signing(string method)
    {
        (byte[]? open, byte[] own) = Of(method);
        return JwtKeyFiles.Read(method, open, own);
    }

    /// <summary>Writes the files and gives the flag that names them.</summary>
    public static string Flag(CertificateFolder files, string method, string more = "")
    {
        (byte[]? open, byte[] own) = Of(method);
        string named = open is null ? "" : $",pub-key={files.Write("jwt.pub", open)}";
        return $"--auth-token=jwt,sign-method={method}{named},priv-key={files.Write("jwt.key", own)}{more}";
    }

    public static byte[] Pem(string label, byte[] data) => System.Text.Encoding.ASCII.GetBytes(new string(PemEncoding.Write(label, data)) + "\n");
}
