package screen

import (
	"reflect"
	"testing"
)

func TestFindRoles(t *testing.T) {
	tests := []struct {
		name    string
		header  []string
		named   Named
		want    map[Role][]int
		wantErr string
	}{
		{"english", []string{"First Name", "Email", "Company Domain", "Country"}, nil,
			map[Role][]int{Email: {1}, Website: {2}, Country: {3}}, ""},
		{"camel case and a byte order mark", []string{"\ufeffEmailAddress", "companyWebsite", "LinkedIn URL"}, nil,
			map[Role][]int{Email: {0}, Website: {1}, Social: {2}}, ""},
		{"german", []string{"Firma", "E-Mail-Adresse", "Webseite", "Land", "Telefon"}, nil,
			map[Role][]int{Company: {0}, Email: {1}, Website: {2}, Country: {3}, Phone: {4}}, ""},
		{"french", []string{"Société", "Adresse électronique", "Site Web", "Pays"}, nil,
			map[Role][]int{Company: {0}, Email: {1}, Website: {2}, Country: {3}}, ""},
		{"spanish", []string{"Empresa", "Correo electrónico", "Página web", "País", "Teléfono móvil"}, nil,
			map[Role][]int{Company: {0}, Email: {1}, Website: {2}, Country: {3}, Phone: {4}}, ""},
		{"the business address goes before others", []string{"Email", "Work Email"}, nil, map[Role][]int{Email: {1}}, ""},
		{"named by name", []string{"Email", "Alt"}, Named{Email: "alt"}, map[Role][]int{Email: {1}}, ""},
		{"named by number", []string{"column_1", "column_2"}, Named{Email: "2"}, map[Role][]int{Email: {1}}, ""},
		{"two phones", []string{"email", "mobile", "phone"}, nil, map[Role][]int{Email: {0}, Phone: {2, 1}}, ""},
		{"missing", []string{"name", "city"}, nil, nil, "no e-mail column found in the header"},
		{"doubled", []string{"email", "Email"}, nil, nil, "two e-mail columns of the same name: 1 and 2"},
		{"unknown name", []string{"email"}, Named{Website: "site"}, nil, `no column is named "site"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := FindRoles(tt.header, tt.named)
			if tt.wantErr != "" {
				if err == nil || err.Error() != tt.wantErr {
					t.Fatalf("FindRoles(%q) error = %v, want %q", tt.header, err, tt.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("FindRoles(%q) = %v, want %v", tt.header, got, tt.want)
			}
		})
	}
}
