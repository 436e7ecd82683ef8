namespace MetaStore.Server.Auth.Jwt;

/// <summary>What a verified token says.</summary>
/// <param name="User">Claim <c>username</c>; never empty.</param>
/// <param name="Revision">Claim <c>revision</c>: auth revision at the issue.</param>
/// <param name="NotBefore">Claim <c>nbf</c>, seconds since 1970; negative infinity without one.</param>
/// <param name="Expires">Claim <c>exp</c>, seconds since 1970.</param>
internal readonly record struct JwtClaims(string User, ulong Revision, double NotBefore, double Expires)
{
    /// <summary>True from <see cref="NotBefore"/> until before <see cref="Expires"/>, without any skew.</summary>
    public bool IsValidAt(DateTimeOffset now)
    {
        double seconds = now.ToUnixTimeMilliseconds() / 1000.0;
        return NotBefore <= seconds && seconds < Expires;
    }
}
