namespace MetaStore.Server.Auth.Jwt;

/// <summary>The key of one algorithm of RFC 7518 or RFC 8037. Immutable; any thread may call.</summary>
/// <param name="algorithm">Value of the header parameter <c>alg</c>.</param>
/// <param name="canSign">The private part is known.</param>
internal abstract class JwtKey(string algorithm, bool canSign)
{
    /// <summary>The one value of <c>alg</c> that this key verifies.</summary>
    public string Algorithm => algorithm;

    /// <summary>False for a public key alone.</summary>
    public bool CanSign => canSign;

    /// <summary>Signs.</summary>
    /// <exception cref="InvalidOperationException">Without the private part.</exception>
    public byte[] Sign(byte[] data) => canSign ? SignData(data) : throw new InvalidOperationException($"the key of {algorithm} only verifies");

    /// <summary>Verifies a signature of any length.</summary>
    public abstract bool Verify(byte[] data, byte[] signature);

    /// <summary>Signs with the private part, which is there.</summary>
    protected abstract byte[] SignData(byte[] data);
}
