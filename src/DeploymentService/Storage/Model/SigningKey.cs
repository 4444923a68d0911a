using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeploymentService.Storage.Model;

/// <summary>A secret that addresses are signed with: a row of <c>signing_keys</c>, or what a setting says.</summary>
public sealed record SigningKey
{
    /// <summary>Its row. The newest, which has the highest, signs; 0 while it has none.</summary>
    public long Number { get; init; }

    /// <summary>The key of the HMAC.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>When it came here, UTC.</summary>
    public DateTime CreationTime { get; init; }

    /// <summary>From when on it is not accepted any more, UTC; null for never.</summary>
    public DateTime? Until { get; init; }

    /// <summary>A new one: 256 random bits.</summary>
    public static SigningKey Make(DateTime now) => new() { Secret = RandomNumberGenerator.GetBytes(32), CreationTime = now };
}

/// <summary>How a <see cref="SigningKey"/> lies in the database.</summary>
public sealed class SigningKeyMapping : IEntityTypeConfiguration<SigningKey>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<SigningKey> builder)
    {
        builder.ToTable("signing_keys");
        builder.HasKey(key => key.Number);
        builder.Property(key => key.Number).HasColumnName("number").ValueGeneratedNever();
        builder.Property(key => key.Secret).HasColumnName("secret");
        builder.Property(key => key.CreationTime).HasColumnName("creation_time");
        builder.Property(key => key.Until).HasColumnName("until_time");
    }
}
