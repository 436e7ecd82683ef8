namespace MetaStore.StateMachine.Auth;

/// <summary>A user. Immutable.</summary>
/// <param name="Name">Never empty.</param>
/// <param name="Hash">bcrypt hash of the password; empty for a user that cannot have one.</param>
/// <param name="NoPassword">The user can authenticate by certificate only.</param>
/// <param name="Roles">Names, ascending by their bytes; may name roles that do not exist, as root.</param>
/// <param name="CredentialRevision">Auth revision at which the user was added or its password changed last.</param>
public sealed record AuthUser(string Name, string Hash, bool NoPassword, IReadOnlyList<string> Roles, ulong CredentialRevision)
{
    /// <summary>The user that must exist before auth can be enabled.</summary>
    public const string Root = "root";

    /// <summary>True when the user has a role.</summary>
    public bool Has(string role)
    {
        foreach (var held in Roles)
        {
            if (held == role)
            {
                return true;
            }
        }

        return false;
    }
}
